// SPDX-License-Identifier: BSD-3-Clause
// What a TCP network is made with, and what it counts.
#pragma once

#include "messages/crypto/keys.hpp"
#include "messages/types/time.hpp"
#include "transport/admission/gate.hpp"
#include "transport/identify/identify_service.hpp"
#include "transport/yamux/session.hpp"

#include <array>

namespace troupe::transport {

struct tcp_options {
  explicit tcp_options(key_pair host) : key(std::move(host)) {}

  key_pair key; ///< who we are

  bool reuse_address = true; ///< bind a port that lately closed connections still occupy
  bool dual_stack = false;   ///< an /ip6/:: listener takes IPv4 connections too
  int backlog = 1024;        ///< connections the kernel holds until they are accepted

  identify_options identify; ///< what peers are told about us

  gate_limits admission;    ///< connections, unfinished handshakes, rate per host
  bool early_muxers = true; ///< agree on the muxer in the TLS handshake; off = multistream inside TLS
  yamux::session_options session;
  std::size_t peer_bytes_max = 64u << 20;  ///< receive windows of one connection together
  std::size_t node_bytes_max = 1u << 30;   ///< and of all connections
  std::size_t peer_sends_max = 256u << 20; ///< waiting to be sent on a connection; more ends the writing lane
  std::size_t node_sends_max = 1u << 30;   ///< and on all connections
  std::size_t dials_waiting_max = 1024;    ///< dials beyond the handshake cap; one more fails at once

  duration phase_timeout =
    std::chrono::seconds{10}; ///< each of: security, TLS, muxer; and a lane's negotiation
  duration address_timeout = std::chrono::seconds{6}; ///< one address of a dial, until the link is up
  duration dial_timeout = std::chrono::seconds{10};   ///< all addresses of a dial
  duration idle_inbound = std::chrono::minutes{5};    ///< a link without lanes is closed; zero = never
  duration idle_outbound = std::chrono::minutes{5};
  duration stall_timeout = std::chrono::seconds{60}; ///< a peer that takes no byte of what waits for it
  duration linger = std::chrono::seconds{2};         ///< what is queued may take this long after a close
};

/// Since the network was made. Consistent per number, not between numbers.
struct tcp_counters {
  std::uint64_t accepted = 0;       ///< sockets
  std::uint64_t dialled = 0;        ///< sockets, one per address tried
  std::uint64_t links = 0;          ///< that came up
  std::uint64_t links_open = 0;     ///< now
  std::uint64_t bytes_received = 0; ///< ciphertext
  std::uint64_t bytes_sent = 0;
  std::uint64_t reads = 0; ///< system calls
  std::uint64_t writes = 0;
  std::array<std::uint64_t, 32> ended{};       ///< connections by transport_errc, refused ones included
  std::array<std::uint64_t, 32> lanes_ended{}; ///< streams of both directions by transport_errc, likewise
};

} // namespace troupe::transport
