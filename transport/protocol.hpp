// SPDX-License-Identifier: BSD-3-Clause
// What can be mounted on a node: every subsystem, identify and ping included, comes in through this door.
#pragma once

#include "transport/link.hpp"

#include <functional>
#include <string>
#include <vector>

namespace troupe::transport {

/// Who opens streams of the protocol.
enum class opens : std::uint8_t { either, we_only, they_only };

struct protocol_limits {
  std::size_t inbound_per_peer = 32;          ///< streams the peer may have open at once; one more is reset
  std::size_t outbound_per_peer = 64;
  std::size_t window_max = 512 * 1024;        ///< bytes; the receive window never grows beyond (design 9)
};

struct inbound_lane {
  link_ptr from;
  std::string protocol; ///< the id chosen among the mounted ones
};

struct protocol {
  std::vector<std::string> ids;  ///< all served by `accept`; when we dial, proposed in this order
  opens direction = opens::either;
  protocol_limits limits;
  /// Makes the handler of a stream that the peer opened; null refuses it. Called on the network's thread.
  std::function<lane_handler_ptr(const inbound_lane&)> accept;
};

} // namespace troupe::transport
