// SPDX-License-Identifier: BSD-3-Clause
// Makes things go wrong as a scenario says, at times and on victims drawn from the seed, and mends them
// again. What it did is kept for the report. One fault a node at a time: a node that is down or paused is
// left alone by the others.
#pragma once

#include "tools/lab/cluster/cluster.hpp"
#include "tools/lab/cluster/wire_faults.hpp"
#include "tools/lab/run/agenda.hpp"
#include "tools/lab/run/drawn_time.hpp"

#include <functional>
#include <set>
#include <vector>

namespace troupe::lab {

class sim_venue;

struct nemesis_options {
  const scenario* what = nullptr;
  cluster* nodes = nullptr;
  wire_faults* wire = nullptr;
  sim_venue* virtual_at = nullptr; ///< null in local mode: what only simulation can do is left out
  agenda* plan = nullptr;
  random_stream rng{0};
  duration load_from{}; ///< when the load begins; the scenario's times count from here
};

/// Whether local mode can do it with real sockets and threads.
bool works_locally(fault_kind kind);

class nemesis {
public:
  explicit nemesis(nemesis_options options) : options_(std::move(options)) {}

  /// Puts the first of each kind on the agenda.
  void start();
  /// No more faults; everything is mended and every node that can be is up again.
  void mend_all();

  const std::vector<fault_record>& faults() const { return faults_; }
  std::size_t caused() const { return faults_.size(); }
  /// Kinds that were left out as the venue cannot do them.
  const std::set<fault_kind>& left_out() const { return left_out_; }

private:
  using mend = std::function<void()>;
  /// What was done: to whom, for the report, and how it is undone (null: nothing to undo).
  struct deed {
    std::string subject;
    mend undo;
  };

  void plan_next(const fault_spec& spec, std::uint32_t done, duration from);
  void strike(const fault_spec& spec);
  std::optional<deed> inflict(const fault_spec& spec);
  std::optional<deed> on_network(const fault_spec& spec);
  std::optional<deed> on_node(const fault_spec& spec, node_index victim);
  std::optional<deed> on_disk(const fault_spec& spec, node_index victim);
  std::optional<deed> on_actor(const fault_spec& spec, node_index victim);
  deed partition(const fault_spec& spec);
  deed clog();
  bool kill_ready_actor(node_index victim, const std::string& style);
  std::optional<deed> crash(const fault_spec& spec, node_index victim);
  void begin_churn(const fault_spec& spec);
  void live_and_leave(const fault_spec& spec, node_index who);
  deed slow(const fault_spec& spec, node_index victim);
  void keep_slow(double share, node_index victim, std::shared_ptr<bool> going);

  std::optional<node_index> victim(const fault_spec& spec);
  std::pair<node_index, node_index> pair(const fault_spec& spec);
  node_index any() { return static_cast<node_index>(rng().below(options_.nodes->size())); }
  random_stream& rng() { return options_.rng; }
  wire_faults& wire() { return *options_.wire; }
  transport::sim_world& world() { return *options_.nodes->at().world(); }
  const peer_id& id(node_index i) const { return options_.nodes->who().id(i); }
  duration now() const { return options_.nodes->at().now(); }

  nemesis_options options_;
  std::vector<fault_record> faults_;
  std::map<std::size_t, mend> to_mend_; ///< by index of the record
  std::set<node_index> afflicted_;      ///< down or paused
  std::set<fault_kind> left_out_;
  std::map<node_index, duration> actor_struck_; ///< when an actor of the node was hit last
  bool over_ = false;
};

} // namespace troupe::lab
