// SPDX-License-Identifier: BSD-3-Clause
// The 12-byte yamux header, big endian: version 0, type, 16 flag bits, stream id, length. Pure.
// Source: spec libp2p 1.6; docs/protocols/yamux.md has the table.
#pragma once

#include "messages/types/bytes.hpp"
#include "messages/types/expected.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace troupe::transport::yamux {

constexpr std::size_t header_size = 12;

enum class frame_type : std::uint8_t { data = 0, window_update = 1, ping = 2, go_away = 3 };

namespace flag {
constexpr std::uint16_t syn = 1, ack = 2, fin = 4, rst = 8;
}

struct header {
  frame_type type = frame_type::data;
  std::uint16_t flags = 0;
  std::uint32_t stream = 0; ///< 0 = the session
  std::uint32_t length =
    0; ///< data: payload bytes; window_update: credit; ping: opaque value; go_away: reason

  friend bool operator==(const header&, const header&) = default;
};

/// Writes the 12 bytes.
void encode(const header& from, std::uint8_t* to);
/// Reads 12 bytes; the error names a version other than 0 or a type above 3.
expected<header, explained> decode(const std::uint8_t* from);

/// The frames of a byte string with their payloads skipped.
struct frame_list {
  std::vector<header> frames;
  std::size_t rest = 0; ///< bytes at the end that are no whole frame yet
};
expected<frame_list, explained> parse_frames(byte_view data);

} // namespace troupe::transport::yamux
