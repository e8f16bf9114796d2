// SPDX-License-Identifier: BSD-3-Clause
// /ipfs/ping/1.0.0, the answering side: echoes every 32 bytes at once, on the network's thread. Credit goes
// back only as echoes leave, so a peer that sends pings and reads no answers stops itself at its window.
// Source: spec libp2p 1.7.
#pragma once

#include "transport/protocol.hpp"

namespace troupe::transport::ping {

inline constexpr char protocol_id[] = "/ipfs/ping/1.0.0";
constexpr std::size_t payload_size = 32;
constexpr std::size_t inbound_per_peer = 2;

/// Ready to be mounted. Ours is opened at most once per peer at a time.
protocol responder();

} // namespace troupe::transport::ping
