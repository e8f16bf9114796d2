// SPDX-License-Identifier: BSD-3-Clause
// The admin API's routes: /livez, /readyz, /metrics and /api/v1/peers. What they show is asked of the node through
// admin_sources, so the routes can be tested without one. Called on the HTTP server's thread.
#pragma once

#include "node/admin/metrics_text.hpp"
#include "transport/http/http_server.hpp"

#include <functional>
#include <string>
#include <vector>

namespace troupe {

/// One line of /api/v1/peers.
struct peer_status {
  std::string peer;       ///< base58
  std::string actor;      ///< "i:877dca"
  std::string address;    ///< multiaddr, empty if unknown
  bool self = false;
  bool voting = false;
  bool connected = false;
  bool session = false;   ///< speaks troupe's session protocol, and hellos were exchanged
  std::string agent;
};

struct admin_sources {
  std::function<bool()> ready;
  /// Answer from any thread, once.
  std::function<void(std::function<void(std::vector<metric>)>)> metrics;
  std::function<void(std::function<void(std::vector<peer_status>)>)> peers;
};

/// `token`: every route but /livez and /readyz wants it as a bearer token unless it is empty.
transport::http_handler admin_routes(admin_sources sources, std::string token);

} // namespace troupe
