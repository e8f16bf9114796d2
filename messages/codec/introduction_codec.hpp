// SPDX-License-Identifier: BSD-3-Clause
// The frame of /troupe/introductions/1: wire bytes to domain structs once, with every limit checked. What an
// address leads to is judged by actors/peer/introductions, and a record's signature is checked there, when it
// is used. Byte table: docs/protocols/introductions.md. Pure, any thread.
#pragma once

#include "messages/types/chunk.hpp"
#include "messages/types/expected.hpp"
#include "messages/types/frame.hpp"
#include "messages/types/multiaddr.hpp"
#include "messages/types/peer_id.hpp"

#include <vector>

namespace troupe::wire {
struct Introduction;
} // namespace troupe::wire

namespace troupe {

template <>
struct frame_type<wire::Introduction> {
  static constexpr std::uint16_t value = 0x0401;
};

constexpr std::size_t introduction_peers_max = 16;         ///< in one frame
constexpr std::size_t introduction_addresses_max = 4;      ///< of one peer
constexpr std::size_t introduction_address_size_max = 64;  ///< bytes of one multiaddr
constexpr std::size_t introduction_record_size_max = 1024; ///< bytes of one signed record
constexpr std::size_t introduction_frame_max = 32 * 1024;  ///< payload bytes; sixteen of the largest fit

/// One peer that another one knows: where it says it is itself, or where it was found.
struct known_peer {
  peer_id peer;
  std::vector<multiaddr> addresses; ///< without /p2p; none if there is a record
  bytes record;                     ///< signed envelope, not verified here; may be empty
  friend bool operator==(const known_peer&, const known_peer&) = default;
};

enum class introduction_errc : std::uint8_t {
  not_verified = 1,      ///< no FlatBuffer of this type, or a longer one than allowed
  peer_count = 2,        ///< none or more than 16 peers, or one twice
  peer_malformed = 3,    ///< no peer id
  address_count = 4,     ///< more than 4 addresses, or neither an address nor a record
  address_malformed = 5, ///< longer than 64 bytes, or no multiaddr
  record_length = 6,     ///< more than 1024 bytes
};

expected<std::vector<known_peer>, introduction_errc> decode_introduction(byte_view payload);

/// One whole numbered frame. More or larger entries than a frame may have are the caller's error.
chunk_ptr encode_introduction(const std::vector<known_peer>& peers);
/// The same without the frame, to be kept.
bytes introduction_payload(const std::vector<known_peer>& peers);

} // namespace troupe
