// SPDX-License-Identifier: BSD-3-Clause
// The other process of `troupe bench link`: a whole node with the benchmark's protocols mounted. It prints its address, then answers
// one line for each line it reads; at the end of its input it stops.
#pragma once

#include "node/node.hpp"
#include "tools/process/child_process.hpp"

#include <memory>
#include <string>

namespace troupe::bench {

/// A node on loopback without log and data, as both processes of the benchmark use it.
expected<std::unique_ptr<node>, explained> quiet_node(runtime& on);

/// Resident memory of this process in bytes.
std::uint64_t resident_bytes();

/// The listener as the measuring process sees it.
class listener {
public:
  explicit listener(const std::string& troupe_binary);

  bool healthy() const { return !address_.empty(); }
  const multiaddr& address() const { return address_; }
  peer_id id() const { return *address_.peer(); }
  /// Asks for the listener's resident memory, after it has returned free memory to the system.
  std::uint64_t resident();
  /// How many nodes are connected to it and identified.
  std::size_t identified();

private:
  std::uint64_t ask_number(const char* question);
  child_process process_;
  multiaddr address_;
};

} // namespace troupe::bench
