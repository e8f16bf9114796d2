// SPDX-License-Identifier: BSD-3-Clause
// Some nodes on one simulated network, without actors, and the pump the contract suite wants.
#pragma once

#include "messages/crypto/sha256.hpp"
#include "tests/support/link_contract.hpp"
#include "transport/sim/sim_network.hpp"

namespace troupe::test {

/// A peer id nobody has the key of; enough where no signature is checked.
inline peer_id numbered_peer(std::uint8_t number) {
  const std::uint8_t name[] = {'s', 'i', 'm', number};
  bytes multihash{0x12, 0x20};
  const auto hash = sha256(byte_view{name});
  multihash.insert(multihash.end(), hash.begin(), hash.end());
  return *peer_id::from_multihash(multihash);
}

class sim_nodes final : public link_harness {
public:
  explicit sim_nodes(std::uint64_t seed = 1, const transport::sim_options& options = {},
                     const transport::link_conditions& conditions = {})
    : world(random_stream{seed}), options_(options) {
    world.set_conditions(conditions);
    for (std::size_t i = 0; i < nodes; ++i)
      all_.push_back(std::make_unique<transport::sim_network>(world, peer(i), options));
  }

  static peer_id peer(std::size_t i) { return numbered_peer(static_cast<std::uint8_t>(i)); }
  transport::sim_network& node(std::size_t i) override { return *all_.at(i); }
  bool pump_until(const std::function<bool()>& reached) override {
    // Virtual: longer than any time limit of the network.
    const auto end = world.now() + std::chrono::minutes{2};
    while (!reached()) {
      const auto next = world.next_due();
      if (!next || *next > end)
        return false;
      world.advance(*next);
    }
    return true;
  }
  void pump_a_while() override { run_for(std::chrono::seconds{1}); }
  void run_for(duration how_long) { world.advance(world.now() + how_long); }
  multiaddr listen_address() override { return *multiaddr::parse("/ip4/0.0.0.0/tcp/0"); }
  multiaddr dead_address() override { return *multiaddr::parse("/memory/4711"); }
  void crash(std::size_t i) { all_.at(i).reset(); }
  void restart(std::size_t i) {
    all_.at(i) = std::make_unique<transport::sim_network>(world, peer(i), options_);
  }

  transport::sim_world world;

private:
  transport::sim_options options_;
  std::vector<std::unique_ptr<transport::sim_network>> all_;
};

} // namespace troupe::test
