// SPDX-License-Identifier: BSD-3-Clause
// Resolves names off the I/O thread: the C library's calls block, for seconds when a name server is down. One
// worker thread per network, started with the first question, with a bounded queue. Addresses without names
// never come here.
#pragma once

#include "transport/address/resolution.hpp"

#include <functional>
#include <memory>

namespace troupe::transport {

/// Host names by getaddrinfo (so /etc/hosts counts), TXT records by res_nquery. Blocking, any thread.
name_service system_names();

/// True if any address has a name in it.
bool needs_resolving(const std::vector<multiaddr>& addresses);

class resolver {
public:
  static constexpr std::size_t queue_max = 256; ///< lists of addresses waiting; one more is refused

  explicit resolver(name_service names = system_names(), resolution_limits limits = {});
  /// Does not wait for a question in progress: its answer is dropped.
  ~resolver();
  resolver(const resolver&) = delete;
  resolver& operator=(const resolver&) = delete;

  /// Calls `done` on the worker thread, never after the resolver is destroyed. `done` only hands the answer on: it must not call
  /// the resolver. False if the queue is full.
  bool start(std::vector<multiaddr> addresses, std::function<void(std::vector<multiaddr>)> done);

private:
  struct shared;
  std::shared_ptr<shared> shared_;
};

} // namespace troupe::transport
