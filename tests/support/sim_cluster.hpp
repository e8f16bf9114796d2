// SPDX-License-Identifier: BSD-3-Clause
// Virtual nodes on one simulated network: each is the production supervision tree of node/tree, with a seeded
// key, virtual time and a promise log on storage in memory that outlives it. Names are n1, n2, ...; node i is
// the one with index i - 1.
#pragma once

#include "actors/store/memory_record_store.hpp"
#include "actors/store/memory_storage.hpp"
#include "node/tree/front_actor.hpp"
#include "node/tree/node_tree.hpp"
#include "tests/support/crash_sink.hpp"
#include "tests/support/faulty_storage.hpp"
#include "tests/support/mortal_disk.hpp"
#include "tests/support/sim_fixture.hpp"
#include "tests/support/slow_store.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::test {

/// One delivered operation or lock of a slot.
struct slot_key {
  peer_id source;
  std::uint64_t sequence;
  friend auto operator<=>(const slot_key&, const slot_key&) = default;
};

class sim_cluster {
public:
  sim_cluster(std::uint64_t seed, std::size_t nodes);
  ~sim_cluster();
  sim_cluster(const sim_cluster&) = delete;
  sim_cluster& operator=(const sim_cluster&) = delete;

  static const std::string& network();
  std::size_t size() const { return nodes_.size(); }
  const peer_id& id(std::size_t i) const { return nodes_[i].id; }
  const std::string& name(std::size_t i) const { return nodes_[i].name; }
  bool up(std::size_t i) const { return nodes_[i].life.has_value(); }

  /// Starts the node on what its promise log holds; it connects to all others and stays connected.
  void start(std::size_t i);
  /// The same, but it connects to these only; who else there is it learns from them.
  void start(std::size_t i, const std::set<std::size_t>& contacts);
  /// Whether the node has a session with the other one.
  bool in_session(std::size_t on, std::size_t with) const;
  /// All its actors and links are gone, without a goodbye. Not from within an event of the simulation.
  /// Answers how many references to the network were left over; 0 is right.
  long crash(std::size_t i);
  /// The node's store crashes, with the orders that wait in it.
  void crash_store(std::size_t i);
  /// Power fails during the node's next write: of it `bytes` get to the disk, and nothing after it until the
  /// node has crashed.
  void tear_next_write(std::size_t i, std::size_t bytes);
  /// The node dies after so many more storage calls; who steps the simulation then crashes it, and what it
  /// had not synced is gone.
  void die_after(std::size_t i, std::size_t calls, death::moment when) {
    nodes_[i].end->comes_after(calls, when);
  }
  bool dead(std::size_t i) const { return nodes_[i].end->happened(); }
  /// Stops every tree in order; false if one did not end within `limit`.
  bool stop_all(duration limit);
  /// Ends the simulation; answers how many actors are left over.
  std::size_t tear_down();

  // Requests, sent through the node's front as those of the command line are. The answer comes while the
  // simulation runs; an error stands for what a user would be told, "no answer" for a request that timed out.
  using answered = std::function<void(const std::string& error)>;
  void trust(std::size_t on, std::size_t whom);
  void join(std::size_t on, std::size_t whom, answered done);
  void execute(std::size_t on, const std::string& action, std::uint64_t value, answered done);
  /// Nothing until the node has answered both.
  struct status {
    std::optional<membership::view_ptr> view;
    std::optional<std::set<std::uint64_t>> values;
  };
  std::shared_ptr<status> ask(std::size_t on);

  /// What the node has delivered, from the memory its actors are restarted with.
  std::map<slot_key, brb::certificate_ptr> delivered(std::size_t on) const;
  /// How far its last checkpoint goes.
  brb::delivered_vector base(std::size_t on) const { return nodes_[on].life->memory->base().delivered(); }
  /// False while it waits for another checkpoint.
  bool whole(std::size_t on) const { return nodes_[on].life->memory->whole(); }
  store::memory_record_store& records(std::size_t on) { return *nodes_[on].records; }
  /// What it has locked and not delivered.
  std::map<slot_key, digest> locked(std::size_t on) const;
  /// The same as it would be read back from its promise log.
  std::map<slot_key, brb::certificate_ptr> stored(std::size_t on) const;

  transport::sim_world& world() { return at_.world(); }
  sim_scheduler& scheduler() { return at_.scheduler(); }
  crash_sink& sink() { return *sink_; }
  const sim_fixture& fixture() const { return at_; }

  std::uint64_t checkpoint_every = 0; ///< deliveries, of nodes started from now on; 0 = no checkpoints

private:
  struct running {
    std::shared_ptr<transport::sim_network> network;
    std::shared_ptr<peer::network_bridge> bridge;
    std::shared_ptr<brb::agreement_memory> memory;
    std::shared_ptr<peer::peers_memory> peers;
    node_handles handles;
    std::shared_ptr<caf::actor_addr> store = std::make_shared<caf::actor_addr>(); ///< the one that runs
    front_handle front;
    std::shared_ptr<bool> ended;
  };
  struct machine {
    std::string name;
    peer_id id;
    multiaddr address;
    std::shared_ptr<store::memory_storage> platter = std::make_shared<store::memory_storage>();
    std::shared_ptr<death> end = std::make_shared<death>();
    std::shared_ptr<faulty_storage> disk =
      std::make_shared<faulty_storage>(std::make_shared<mortal_storage>(platter, end));
    std::shared_ptr<store::memory_record_store> records = std::make_shared<store::memory_record_store>();
    std::size_t lives = 0;
    std::optional<running> life;
  };

  void run_in_front(std::size_t on, std::function<void(front_handle::pointer)> job);

  sim_fixture at_;
  std::shared_ptr<crash_sink> sink_;
  std::vector<machine> nodes_;
};

} // namespace troupe::test
