// SPDX-License-Identifier: BSD-3-Clause
// Many connections from one process: bare networks, each with a key of its own, as a listener keeps one connection per peer.
#pragma once

#include "messages/types/multiaddr.hpp"

#include <cstddef>
#include <memory>

namespace troupe::bench {

/// From the first dial to the last link up, with at most `at_once` dials under way; 0 if one failed.
double handshakes_per_second(const multiaddr& to, std::size_t count, std::size_t at_once);

class idle_connections {
public:
  /// Opens `count` connections, each identified by both sides.
  idle_connections(const multiaddr& to, std::size_t count);
  ~idle_connections();
  idle_connections(const idle_connections&) = delete;
  idle_connections& operator=(const idle_connections&) = delete;

  /// False if a connection failed or an echo did not come back whole.
  bool echo_on_each(std::size_t size);

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::bench
