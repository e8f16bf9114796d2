// SPDX-License-Identifier: BSD-3-Clause
// Why a session was refused or ended by this side. The numbers travel in SessionClose and are never reused.
#pragma once

#include <cstdint>
#include <iterator>
#include <string_view>

namespace troupe::peer {

enum class session_errc : std::uint8_t {
  none = 0,
  network_mismatch = 1,  ///< the peer belongs to another network
  version_mismatch = 2,  ///< no protocol version in common
  session_malformed = 3, ///< a session frame that does not decode or is of an unknown type
  boot_changed = 4,      ///< a second hello on one link names another incarnation
  hello_timeout = 5,     ///< no hello within the time limit
  ack_beyond = 6,        ///< acknowledges a frame that was never sent
  frame_malformed = 7,   ///< a lane's bytes are no frames, or one is too long
  message_refused = 8,   ///< a frame's payload is no message of its lane
  control_lost = 9,      ///< the peer aborted the session stream
  handler_crashed = 10,  ///< handling the peer's input failed here
  group_mismatch = 11,   ///< the peer's voting group is settled and is another one
};

constexpr std::size_t session_errc_count = 12; ///< numbers up to the last one

constexpr std::string_view name_of(session_errc code) {
  constexpr std::string_view names[] = {"none",
                                        "network_mismatch",
                                        "version_mismatch",
                                        "session_malformed",
                                        "boot_changed",
                                        "hello_timeout",
                                        "ack_beyond",
                                        "frame_malformed",
                                        "message_refused",
                                        "control_lost",
                                        "handler_crashed",
                                        "group_mismatch"};
  const auto index = static_cast<std::size_t>(code);
  return index < std::size(names) ? names[index] : std::string_view{"unknown"};
}

constexpr std::uint32_t crash_cost = 25; ///< score points of a crash that handling a peer's input caused

/// One line of meaning for a person.
constexpr std::string_view meaning_of(session_errc code) {
  constexpr std::string_view meanings[] = {
    "no error",
    "the peer belongs to another network: start both with the same --network and --type",
    "no version of the session protocol in common: update the older node",
    "the peer's session messages are malformed",
    "the peer changed its incarnation in the middle of a connection",
    "the peer sent no hello in time",
    "the peer acknowledged what was never sent",
    "the peer's frames are malformed",
    "the peer sent a message that its protocol does not have",
    "the peer ended the session",
    "handling the peer's input failed on this node",
    "the peer belongs to another voting group: a node that has voted cannot change its group"};
  const auto index = static_cast<std::size_t>(code);
  return index < std::size(meanings) ? meanings[index] : std::string_view{"unknown"};
}

/// The peer is of another kind, and will be for a while: no reason to dial it again soon.
constexpr bool is_mismatch(session_errc code) {
  return code == session_errc::network_mismatch || code == session_errc::version_mismatch ||
         code == session_errc::group_mismatch;
}

/// Score points that ending a session for this reason costs the peer.
constexpr std::uint32_t cost_of(session_errc code) {
  switch (code) {
  case session_errc::session_malformed:
  case session_errc::boot_changed:
  case session_errc::ack_beyond:
  case session_errc::frame_malformed:
  case session_errc::message_refused:
    return 50;
  case session_errc::network_mismatch:
  case session_errc::version_mismatch:
  case session_errc::group_mismatch:
  case session_errc::hello_timeout:
  case session_errc::control_lost:
    return 5;
  case session_errc::none:
  case session_errc::handler_crashed: // the supervisor charges it, whatever crashed: crash_cost
    break;
  }
  return 0;
}

} // namespace troupe::peer
