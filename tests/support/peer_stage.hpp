// SPDX-License-Identifier: BSD-3-Clause
// Nodes that consist of a simulated network and a peers actor, with one mounted lane each and a subscriber
// that writes down what it hears. Virtual time, one thread.
#pragma once

#include "actors/peer/lane_sink_interface.hpp"
#include "actors/peer/peers_actor.hpp"
#include "actors/runtime/shell/sim_scheduler.hpp"
#include "messages/codec/frame_writer.hpp"
#include "messages/codec/session_codec.hpp"
#include "tests/support/sim_nodes.hpp"
#include "tests/support/stage.hpp"

#include <caf/scoped_actor.hpp>
#include <cstring>

#include <deque>
#include <map>
#include <numeric>

namespace troupe::test {

using namespace std::chrono_literals;

inline const std::string lane_a = "/troupe/a/1";

using lines = std::vector<std::string>;

/// The numbers from 1 to `n`.
inline std::vector<std::uint32_t> up_to(std::uint32_t n) {
  std::vector<std::uint32_t> values(n);
  std::iota(values.begin(), values.end(), 1u);
  return values;
}

class peer_stage {
public:
  struct node {
    std::unique_ptr<transport::sim_network> network; ///< before the bridge, which it calls
    std::shared_ptr<peer::network_bridge> bridge;
    std::shared_ptr<peer::peers_memory> memory = std::make_shared<peer::peers_memory>();
    peer::peers_handle peers;
    std::vector<std::string> events;                        ///< "joined 1", "identified 1", "left 1"
    std::map<peer_id, std::vector<std::uint32_t>> received; ///< numbers on lane_a, by sender
    std::deque<std::shared_ptr<const peer::credit_lease>> held;
    bool hold_credit = false;
    std::uint32_t crash_on = 0; ///< the sink throws when this number comes
    std::uint32_t refuse_on = 0;
    multiaddr address;
    std::vector<std::vector<known_peer>> remembered; ///< each write
    std::string network_id = "test";
    std::size_t peers_max = 1024;
    sim_identity identity = sim_identity::bare;
    std::shared_ptr<peer::retained_budget> retained = std::make_shared<peer::retained_budget>();
    std::shared_ptr<peer::peer_counters> counters = std::make_shared<peer::peer_counters>();
  };

  explicit peer_stage(std::size_t count, std::uint64_t seed = 1,
                      const transport::link_conditions& conditions = {})
    : world(random_stream{seed}), config_(std::make_unique<configured>()),
      system_(std::make_unique<caf::actor_system>(*config_)), log(std::make_shared<recording_sink>()),
      scheduler(*system_, random_stream{seed}.split("order"),
                {[this] { return world.next_due(); }, [this](time_point now) { world.advance(now); }}) {
    world.set_conditions(conditions);
    for (std::size_t i = 0; i < count; ++i)
      nodes.push_back(std::make_unique<node>());
  }
  ~peer_stage() {
    for (auto& n : nodes)
      caf::anon_send_exit(n->peers, caf::exit_reason::kill);
    scheduler.settle();
    for (auto& n : nodes) {
      n->held.clear();
      if (n->network)
        n->network->stop();
      n->peers = nullptr;
    }
    scheduler.shut_down();
  }

  static peer_id id(std::size_t i) { return numbered_peer(static_cast<std::uint8_t>(i)); }

  void start(std::size_t i) {
    auto& n = *nodes[i];
    n.network =
      n.identity == sim_identity::bare
        ? std::make_unique<transport::sim_network>(world, id(i))
        : std::make_unique<transport::sim_network>(world, numbered_key(static_cast<std::uint8_t>(i)));
    n.bridge = std::make_shared<peer::network_bridge>(*n.network);
    n.network->start(*n.bridge);
    n.address = n.network->listen(*multiaddr::parse("/ip4/0.0.0.0/tcp/0")).value();
    spawn_peers_of(i);
    mount(i, {lane_a, peer::delivery::reliable, 1u << 20, 64 * 1024, sink_of(n), {}});
    post(n.peers, peer::subscribe{spawn(*system_, context(i).named("ear"), ear_actor, this, &n)});
    settle();
  }
  void spawn_peers_of(std::size_t i) {
    auto& n = *nodes[i];
    peer::peers_options options;
    // The network belongs to the node; the actor must not end its life.
    options.network = std::shared_ptr<transport::network>{n.network.get(), [](transport::network*) {}};
    options.bridge = n.bridge;
    options.network_id = n.network_id;
    options.peers_max = n.peers_max;
    options.memory = n.memory;
    options.retained = n.retained;
    options.counters = n.counters;
    options.remember = [&n](const std::vector<known_peer>& peers) { n.remembered.push_back(peers); };
    n.peers = peer::spawn_peers(*system_, context(i).named("peers"), options);
  }
  void start_all() {
    for (std::size_t i = 0; i < nodes.size(); ++i)
      start(i);
  }
  void mount(std::size_t i, peer::lane_spec spec) { post(nodes[i]->peers, std::move(spec)); }
  void connect(std::size_t from, std::size_t to, bool with_id = true) {
    const auto& at = nodes[to]->address;
    post(nodes[from]->peers, peer::connect{{with_id ? at.with_peer(id(to)) : at}});
    settle();
  }
  void say(std::size_t from, std::size_t to, std::uint32_t number, const std::string& protocol = lane_a) {
    std::uint8_t payload[8] = {};
    std::memcpy(payload, &number, 4);
    post(nodes[from]->peers, peer::send_frames{id(to), protocol, single_frame(7, payload)});
    settle();
  }
  peer::peer_list list(std::size_t i) {
    peer::peer_list result;
    caf::scoped_actor self{*system_};
    auto asked = self->request(nodes[i]->peers, caf::infinite, peer::list_peers{});
    settle();
    asked.receive([&](peer::peer_list& got) { result = std::move(got); }, [](const caf::error&) {});
    return result;
  }
  void settle() { scheduler.settle(); }
  void run(duration span) { scheduler.run_for(span); }
  bool until(const std::function<bool()>& reached, duration limit = 60s) {
    return scheduler.run_until(reached, limit);
  }
  std::string number_of(const peer_id& who) const {
    for (std::size_t i = 0; i < nodes.size(); ++i)
      if (who == id(i))
        return std::to_string(i);
    return "?";
  }
  node& at(std::size_t i) { return *nodes[i]; }
  bool joined(std::size_t i, const peer_id& who) { return nodes[i]->memory->present.contains(who); }
  caf::actor_system& system() { return *system_; }
  node_context context(std::size_t i) {
    return {scheduler.clock(), log, random_stream{i + 100}, "n" + std::to_string(i)};
  }

  transport::sim_world world;

private:
  struct configured : caf::actor_system_config {
    configured() { configure(*this, {schedule::virtual_, 1}); }
  };
  static peer::subscriber::behavior_type ear_actor(self_ptr<peer::subscriber, int>, node_context,
                                                   peer_stage* on, node* to) {
    return {[=](const peer::joined& e) { to->events.push_back("joined " + on->number_of(e.peer)); },
            [=](const peer::identified& e) { to->events.push_back("identified " + on->number_of(e.peer)); },
            [=](const peer::left& e) { to->events.push_back("left " + on->number_of(e.peer)); }};
  }
  static std::function<bool(const peer::received&, const frame_run&)> sink_of(node& n) {
    return [&n](const peer::received& how, const frame_run& run) {
      for (const auto& item : run.items) {
        std::uint32_t number = 0;
        std::memcpy(&number, run.payload(item).data(), 4);
        if (n.crash_on != 0 && number == n.crash_on)
          throw std::runtime_error{"the sink broke"};
        if (n.refuse_on != 0 && number == n.refuse_on)
          return false;
        n.received[how.from].push_back(number);
        if (n.hold_credit)
          n.held.push_back(how.credit);
      }
      return true;
    };
  }

  std::unique_ptr<configured> config_;
  std::unique_ptr<caf::actor_system> system_;

public:
  std::shared_ptr<recording_sink> log;
  sim_scheduler scheduler;
  std::vector<std::unique_ptr<node>> nodes;
};

} // namespace troupe::test
