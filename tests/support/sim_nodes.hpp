// SPDX-License-Identifier: BSD-3-Clause
// Some nodes on one simulated network, without actors, and the pump the contract suite wants.
#pragma once

#include "tests/support/link_contract.hpp"
#include "transport/sim/sim_network.hpp"

namespace troupe::test {

inline key_pair numbered_key(std::uint8_t number) {
  std::array<std::uint8_t, 32> seed{'s', 'i', 'm', number};
  return key_pair::from_seed(seed);
}

inline peer_id numbered_peer(std::uint8_t number) {
  return numbered_key(number).id();
}

/// Whether nodes have their keys, with which they identify themselves.
enum class sim_identity : bool { bare, keyed };

class sim_nodes final : public link_harness {
public:
  explicit sim_nodes(std::uint64_t seed = 1, const transport::sim_options& options = {},
                     const transport::link_conditions& conditions = {},
                     sim_identity identity = sim_identity::bare)
    : world(random_stream{seed}), options_(options), identity_(identity) {
    world.set_conditions(conditions);
    for (std::size_t i = 0; i < nodes; ++i)
      all_.push_back(made(i));
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
  void restart(std::size_t i) { all_.at(i) = made(i); }

  transport::sim_world world;

private:
  std::unique_ptr<transport::sim_network> made(std::size_t i) {
    if (identity_ == sim_identity::bare)
      return std::make_unique<transport::sim_network>(world, peer(i), options_);
    return std::make_unique<transport::sim_network>(world, numbered_key(static_cast<std::uint8_t>(i)),
                                                    options_);
  }

  transport::sim_options options_;
  sim_identity identity_;
  std::vector<std::unique_ptr<transport::sim_network>> all_;
};

} // namespace troupe::test
