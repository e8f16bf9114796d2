// SPDX-License-Identifier: BSD-3-Clause
// Three TCP networks on loopback, and waiting for what happens on their threads: for the contract and for the
// tests of what only TCP has.
#pragma once

#include "tests/support/link_contract.hpp"
#include "transport/tcp/tcp_network.hpp"

#include <array>
#include <functional>
#include <memory>

namespace troupe::test {

/// True once `reached` holds; false if it does not within 20 seconds.
bool wait_for(const std::function<bool()>& reached);

class tcp_nodes final : public link_harness {
public:
  /// `adjust` changes the options of all three.
  explicit tcp_nodes(const std::function<void(transport::tcp_options&)>& adjust = {});

  transport::network& node(std::size_t i) override { return *nodes_[i]; }
  transport::tcp_network& tcp(std::size_t i) { return *nodes_[i]; }
  bool pump_until(const std::function<bool()>& reached) override { return wait_for(reached); }
  void pump_a_while() override;
  multiaddr listen_address() override;
  multiaddr dead_address() override;

private:
  std::array<std::unique_ptr<transport::tcp_network>, nodes> nodes_;
};

} // namespace troupe::test
