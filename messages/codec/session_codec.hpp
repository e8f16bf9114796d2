// SPDX-License-Identifier: BSD-3-Clause
// The frames of /troupe/session/1: wire bytes to domain structs once, with every limit checked. Byte tables:
// docs/protocols/session.md.
#pragma once

#include "messages/types/chunk.hpp"
#include "messages/types/expected.hpp"
#include "messages/types/frame.hpp"
#include "messages/types/strong.hpp"

#include <string>
#include <vector>

namespace troupe::wire {
struct SessionHello;
struct SessionAck;
struct SessionClose;
} // namespace troupe::wire

namespace troupe {

template <>
struct frame_type<wire::SessionHello> {
  static constexpr std::uint16_t value = 0x0101;
};
template <>
struct frame_type<wire::SessionAck> {
  static constexpr std::uint16_t value = 0x0102;
};
template <>
struct frame_type<wire::SessionClose> {
  static constexpr std::uint16_t value = 0x0103;
};

constexpr std::size_t session_lanes_max = 32;       ///< lanes a hello or an ack may name
constexpr std::size_t session_name_max = 64;        ///< bytes of a network id or a protocol
constexpr std::size_t session_group_id_size = 32;   ///< bytes
constexpr std::size_t session_frame_max = 8 * 1024; ///< payload bytes of a session frame

struct lane_progress {
  std::string protocol;
  std::uint64_t received_up_to = 0;
  bool resend = false;
  friend bool operator==(const lane_progress&, const lane_progress&) = default;
};

struct session_hello {
  std::string network_id;
  std::uint16_t version_min = 1;
  std::uint16_t version_max = 1;
  std::uint64_t features = 0;
  incarnation boot;
  incarnation remote_boot;
  bytes group_id;
  std::vector<lane_progress> lanes;
  friend bool operator==(const session_hello&, const session_hello&) = default;
};

struct session_ack {
  std::vector<lane_progress> lanes;
  friend bool operator==(const session_ack&, const session_ack&) = default;
};

struct session_close {
  std::uint8_t reason = 0;
};

enum class session_codec_errc : std::uint8_t {
  not_verified = 1,    ///< no FlatBuffer of this type
  name_length = 2,     ///< a network id or protocol is empty or longer than 64 bytes
  lane_count = 3,      ///< more than 32 lanes, or one twice
  group_id_length = 4, ///< neither 0 nor 32 bytes
  version_range = 5,   ///< version_min is 0 or above version_max
  boot_missing = 6,    ///< an incarnation of 0
};

expected<session_hello, session_codec_errc> decode_session_hello(byte_view payload);
expected<session_ack, session_codec_errc> decode_session_ack(byte_view payload);
expected<session_close, session_codec_errc> decode_session_close(byte_view payload);

/// Each gives one whole frame without a number.
chunk_ptr encode(const session_hello& hello);
chunk_ptr encode(const session_ack& ack);
chunk_ptr encode(const session_close& close);

} // namespace troupe
