// SPDX-License-Identifier: BSD-3-Clause
// The real venue: every node in this process, on loopback TCP with TLS, in real time on a pool of threads.
// What the nodes do reaches the laboratory through a queue that pass() empties.
#pragma once

#include "tools/lab/cluster/directory.hpp"
#include "tools/lab/cluster/gated_network.hpp"
#include "tools/lab/cluster/venue.hpp"
#include "tools/lab/cluster/wire_faults.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>

namespace troupe::lab {

class local_venue final : public venue, public wire_faults {
public:
  explicit local_venue(std::shared_ptr<const directory> nodes);
  ~local_venue() override;

  caf::actor_system& system() override { return system_; }
  std::shared_ptr<const node_clock> clock() const override { return clock_; }
  duration now() const override;
  void pass(duration span) override;
  void hand_over(std::function<void()> task) override;
  expected<network_port, explained> open(node_index who, const key_pair& key) override;
  void settle() override;
  void close(network_port& port) override;
  std::size_t finish() override;
  transport::sim_world* world() override { return nullptr; }
  std::uint64_t events() const override { return 0; }

  void cut(node_index from, node_index to) override;
  void heal(node_index from, node_index to) override;
  void heal_all() override;
  void break_links(node_index a, node_index b) override;
  void refuse_dials(node_index from, node_index to) override { cut(from, to); }
  void accept_dials(node_index from, node_index to) override { heal(from, to); }

private:
  struct configured : caf::actor_system_config {
    configured();
  };
  void apply_cuts(node_index to);

  std::shared_ptr<const directory> nodes_;
  configured config_;
  caf::actor_system system_;
  std::shared_ptr<const node_clock> clock_;
  std::chrono::steady_clock::time_point begun_;
  std::map<node_index, std::weak_ptr<gated_network>> gates_;
  std::map<node_index, multiaddr> bound_; ///< where a node listened first; it comes back there
  std::set<std::pair<node_index, node_index>> cuts_;
  std::mutex guard_;
  std::condition_variable woken_;
  std::deque<std::function<void()>> tasks_;
};

} // namespace troupe::lab
