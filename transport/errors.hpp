// SPDX-License-Identifier: BSD-3-Clause
// Why a dial, a link or a lane ended. The numbers go into metrics and docs/protocols/errors.md and are never reused.
#pragma once

#include <cstdint>
#include <string_view>

namespace troupe::transport {

enum class transport_errc : std::uint8_t {
  none = 0,
  closed_locally = 1,        ///< we asked for it
  closed_remotely = 2,       ///< the peer went away in good order (go-away, FIN)
  connection_lost = 3,       ///< the socket failed or ended in the middle
  dial_failed = 4,           ///< no address answered
  dial_timeout = 5,
  address_unusable = 6,      ///< no dialable transport in the address, or the name does not resolve
  listen_failed = 7,         ///< the address cannot be bound
  negotiation_failed = 8,    ///< multistream: no common security or muxer
  negotiation_malformed = 9, ///< multistream: bytes that are no message
  tls_failed = 10,           ///< handshake or record layer
  certificate_refused = 11,  ///< not a libp2p certificate, or not signed by its host key
  wrong_peer = 12,           ///< authenticated, but not the peer we wanted
  self_dial = 13,            ///< we reached ourselves
  mux_violation = 14,        ///< yamux: bad header, window exceeded, wrong parity ...
  phase_timeout = 15,        ///< a handshake phase took too long
  idle = 16,                 ///< nothing but keep-alives for the idle timeout
  keepalive_timeout = 17,    ///< no answer to a ping
  too_many_connections = 18,
  too_many_handshakes = 19,
  rate_limited = 20,         ///< per-host token bucket empty
  too_many_lanes = 21,
  memory_exceeded = 22,      ///< stream, peer or node budget
  protocol_unknown = 23,     ///< multistream: nobody here mounts it
  lane_reset = 24,           ///< the peer aborted the lane
  link_closed = 25,          ///< the lane's link ended
  refused = 26,              ///< the accept handler said no
  stopped = 27,              ///< the network is shutting down
  superseded = 28,           ///< the other connection to this peer is kept
  misbehaved = 29,           ///< closed by the peer's score
};

/// The error's name as written above: the word used in logs, metrics and documents.
std::string_view name_of(transport_errc code);
/// One line of meaning for a person.
std::string_view meaning_of(transport_errc code);

} // namespace troupe::transport
