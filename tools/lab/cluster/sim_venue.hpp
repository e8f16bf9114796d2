// SPDX-License-Identifier: BSD-3-Clause
// The virtual venue: one thread, one seed, one trace. Actors run under CAF's test scheduler, in an order
// drawn from the seed, over the simulated network. Source: design 8.
#pragma once

#include "actors/runtime/shell/sim_scheduler.hpp"
#include "tools/lab/cluster/census.hpp"
#include "tools/lab/cluster/tunables.hpp"
#include "tools/lab/cluster/venue.hpp"
#include "transport/sim/sim_world.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <set>

namespace troupe::lab {

class sim_venue final : public venue {
public:
  sim_venue(const random_stream& rng, const tunables& tuned, std::shared_ptr<census> owners);
  ~sim_venue() override;

  caf::actor_system& system() override { return system_; }
  std::shared_ptr<const node_clock> clock() const override { return scheduler_.clock(); }
  duration now() const override { return scheduler_.now().time_since_epoch(); }
  void pass(duration span) override { scheduler_.run_for(span); }
  void hand_over(std::function<void()> task) override { task(); }
  expected<network_port, explained> open(node_index who, const key_pair& key) override;
  void settle() override { scheduler_.settle(); }
  void close(network_port& port) override;
  std::size_t finish() override;
  transport::sim_world* world() override { return &world_; }
  std::uint64_t events() const override { return scheduler_.jobs_run() + deliveries_; }

  sim_scheduler& scheduler() { return scheduler_; }
  /// Called after every resumption of an actor; null: nobody.
  void after_each_event(std::function<void()> hook) { after_event_ = std::move(hook); }
  /// Asked between two resumptions until it says that it has struck. One at a time: a later one replaces it.
  void hunt(std::function<bool()> strike) { hunt_ = std::move(strike); }
  /// Ready actors of the node, but those in `spared`; what can be crashed now.
  std::vector<caf::scheduled_actor*> ready_actors(node_index of, const std::set<std::uint64_t>& spared);
  /// Nothing of the node runs until it is resumed.
  void pause(node_index which, const peer_id& id);
  void resume(node_index which, const peer_id& id);

  /// Equal for equal runs: everything the network delivered or lost, and what is folded in beside.
  std::uint64_t trace_hash() const { return trace_.value(); }
  void fold(std::uint64_t number) { trace_.add_number(number); }
  /// What the network delivers and loses, as it happens.
  void on_trace(transport::sim_world::trace_hook hook) { hook_ = std::move(hook); }

private:
  void hold_paused();
  void end_event();

  struct configured : caf::actor_system_config {
    configured();
  };

  tunables tuned_;
  std::shared_ptr<census> owners_;
  transport::sim_world world_;
  transport::trace_digest trace_;
  transport::sim_world::trace_hook hook_;
  std::uint64_t deliveries_ = 0;
  std::set<node_index> paused_;
  std::function<void()> after_event_;
  std::function<bool()> hunt_;
  configured config_;
  caf::actor_system system_;
  sim_scheduler scheduler_;
};

} // namespace troupe::lab
