// SPDX-License-Identifier: BSD-3-Clause
// The network over TCP: multistream, TLS 1.3, yamux, on one I/O thread that starts with start(). Names in
// addresses are resolved on a thread of their own. Identify, its push and ping are mounted from the start. A
// chunk written to a lane must not be in use by another network of the process at the same time: its headroom
// is written to.
#pragma once

#include "transport/network.hpp"
#include "transport/tcp/tcp_options.hpp"

#include <memory>

namespace troupe::transport {

class tcp_network : public network {
public:
  /// The error says what of the options cannot be used.
  static expected<std::unique_ptr<tcp_network>, explained> make(tcp_options options);

  /// Any thread.
  virtual tcp_counters counters() const = 0;
};

} // namespace troupe::transport
