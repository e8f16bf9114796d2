// SPDX-License-Identifier: BSD-3-Clause
// The figures of `troupe bench link`, each measured once per call: the caller repeats and takes medians.
#pragma once

#include "tools/bench/bench_listener.hpp"
#include "tools/bench/samples.hpp"

namespace troupe::bench {

class link_figures {
public:
  explicit link_figures(const std::string& troupe_binary) : binary_(troupe_binary) {}

  /// Empty, or why the processes could not be started.
  std::string start();

  /// MB/s (10^6 bytes) over `streams` lanes of one connection together.
  double stream_mb_s(std::size_t streams, std::uint64_t total);
  double messages_s(std::uint64_t count);
  /// Round trips in microseconds with nothing else going on.
  std::vector<double> idle_pings(std::size_t count);
  /// A bulk lane, a lane whose consumer never returns credit, and pings, all on one connection.
  struct loaded {
    std::vector<double> pings; ///< only those that ended before the bulk did
    double stream_mb_s;
  };
  loaded loaded_pings(std::uint64_t total);
  /// Connect, TLS, muxer, so many under way at once, each from a peer with a key of its own.
  double handshakes_s(std::size_t count, std::size_t at_once);
  /// The listener's memory per connection, identified, after an echo of 60 kB on each.
  double idle_connection_bytes(std::size_t count);

private:
  bool connect(node& from);

  std::string binary_;
  runtime runtime_{1};
  std::unique_ptr<listener> listener_;
  std::unique_ptr<node> node_;
};

} // namespace troupe::bench
