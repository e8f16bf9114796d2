// SPDX-License-Identifier: BSD-3-Clause
#include "transport/errors.hpp"

#include <array>

namespace troupe::transport {
namespace {

struct entry {
  std::string_view name;
  std::string_view meaning;
};

// Indexed by the code.
constexpr std::array<entry, 30> entries{{
  {"none", "no error"},
  {"closed_locally", "this node closed it"},
  {"closed_remotely", "the peer closed it in good order"},
  {"connection_lost", "the connection broke"},
  {"dial_failed", "no address of the peer answered"},
  {"dial_timeout", "no address of the peer answered in time"},
  {"address_unusable", "the address names no transport that can be dialled from here"},
  {"listen_failed", "the listen address cannot be bound"},
  {"negotiation_failed", "no security or multiplexing protocol in common"},
  {"negotiation_malformed", "the peer's protocol negotiation is malformed"},
  {"tls_failed", "the TLS handshake or record layer failed"},
  {"certificate_refused", "the peer's certificate does not prove its identity"},
  {"wrong_peer", "another peer answered than the one expected"},
  {"self_dial", "the address leads back to this node"},
  {"mux_violation", "the peer broke the multiplexing protocol"},
  {"phase_timeout", "a handshake phase took too long"},
  {"idle", "the connection was idle for too long"},
  {"keepalive_timeout", "the peer answered no ping"},
  {"too_many_connections", "the connection limit is reached"},
  {"too_many_handshakes", "the limit of unfinished handshakes is reached"},
  {"rate_limited", "the host opened connections too fast"},
  {"too_many_lanes", "the stream limit is reached"},
  {"memory_exceeded", "a buffer budget is exhausted"},
  {"protocol_unknown", "the protocol is not supported"},
  {"lane_reset", "the stream was aborted"},
  {"link_closed", "the stream's connection ended"},
  {"refused", "the stream was refused"},
  {"stopped", "the network is shutting down"},
  {"superseded", "another connection to the same peer is kept"},
  {"misbehaved", "the peer misbehaved"},
}};

} // namespace

std::string_view name_of(transport_errc code) {
  return entries.at(static_cast<std::size_t>(code)).name;
}

std::string_view meaning_of(transport_errc code) {
  return entries.at(static_cast<std::size_t>(code)).meaning;
}

} // namespace troupe::transport
