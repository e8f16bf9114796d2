// SPDX-License-Identifier: BSD-3-Clause
// The nodes of a run: who they are, their disks and clocks, and the life each has now. Workloads, faults and
// checks act on this; it decides nothing by itself. One thread, the one that lets time pass.
#pragma once

#include "tools/lab/cluster/census.hpp"
#include "tools/lab/cluster/lab_clock.hpp"
#include "tools/lab/cluster/lab_log.hpp"
#include "tools/lab/cluster/node_life.hpp"

namespace troupe::lab {

struct cluster_options {
  const scenario* what = nullptr;
  random_stream rng{0}; ///< of this cluster alone
  venue* at = nullptr;
  std::shared_ptr<directory> nodes; ///< the addresses in it are written here
  tunables tuned;
  std::shared_ptr<census> owners;
  std::shared_ptr<witness> tell;
  std::shared_ptr<mark_set> marks;
  bool print_log = false;
};

class cluster {
public:
  explicit cluster(cluster_options options);
  ~cluster();
  cluster(const cluster&) = delete;
  cluster& operator=(const cluster&) = delete;

  std::size_t size() const { return nodes_.size(); }
  const directory& who() const { return *directory_; }
  bool up(node_index i) const { return nodes_[i].life != nullptr; }
  bool lies(node_index i) const { return nodes_[i].role.has_value(); }
  /// Whether the node refused to start as its disk is damaged or gone. It stays down.
  bool broken(node_index i) const { return !nodes_[i].broken.empty(); }
  /// Members from the start.
  const std::set<node_index>& voters() const { return voters_; }

  /// Starts every node, once the address of each is known.
  void start_all();
  /// Starts it on what its disk holds; nothing happens to one that is up. False if its disk cannot be read.
  bool start(node_index i);
  /// All its actors and connections are gone at once, without a goodbye.
  void crash(node_index i);
  void lose_disk(node_index i);
  void flip_bit(node_index i, std::uint64_t drawn);
  void flip_next_record(node_index i);
  /// A bit of its stored checkpoint, if it has one.
  void flip_checkpoint(node_index i, std::uint64_t drawn) { nodes_[i].storage->flip_checkpoint(drawn); }
  void tear_next_record(node_index i);
  /// Whether its disk was damaged in a way that loses what was stored.
  bool damaged(node_index i) const { return nodes_[i].damaged; }
  /// Stops all nodes in order; false if one has not ended within `limit`.
  bool stop_all(duration limit);
  /// Everything ends; how many actors are left over.
  std::size_t finish();

  /// Null while it is down.
  node_life* life(node_index i) { return nodes_[i].life.get(); }
  const node_life* life(node_index i) const { return nodes_[i].life.get(); }
  lab_log& log(node_index i) { return *nodes_[i].log; }
  lab_clock& clock(node_index i) { return *nodes_[i].clock; }
  disk& storage(node_index i) { return *nodes_[i].storage; }
  record_faults& faults(node_index i) { return *nodes_[i].faults; }
  void tell(const observation& what) { options_.tell->saw(what); }
  venue& at() const { return *options_.at; }

  /// The digests of what a restart of the node would find delivered; empty if its disk cannot be read.
  std::map<slot, digest> stored(node_index i) const;

private:
  struct machine {
    std::shared_ptr<disk> storage = std::make_shared<disk>();
    std::shared_ptr<record_faults> faults = std::make_shared<record_faults>();
    std::shared_ptr<lab_clock> clock;
    std::shared_ptr<lab_log> log;
    std::optional<role_kind> role;
    std::vector<node_index> contacts;
    std::uint32_t lives = 0;
    bool damaged = false;
    std::string broken; ///< why it does not start
    network_port port;
    std::unique_ptr<node_life> life;
  };

  expected<void, explained> open(node_index i);
  expected<std::unique_ptr<node_life>, explained> born(node_index i);
  bool live(node_index i);
  std::vector<node_index> contacts_of(node_index i) const;

  cluster_options options_;
  std::shared_ptr<directory> directory_;
  std::shared_ptr<slot_digests> digests_ = std::make_shared<slot_digests>();
  std::set<node_index> voters_;
  std::vector<machine> nodes_;
};

} // namespace troupe::lab
