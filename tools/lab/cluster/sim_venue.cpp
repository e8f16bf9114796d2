// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/cluster/sim_venue.hpp"

#include "actors/brb/brb_interface.hpp"
#include "actors/runtime/shell/system_config.hpp"
#include "messages/types/assert.hpp"
#include "transport/sim/sim_network.hpp"

#include <caf/abstract_actor.hpp>
#include <caf/actor_registry.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scheduler/test_coordinator.hpp>

namespace troupe::lab {
namespace {

constexpr std::uint16_t port_of_all = 4001;

multiaddr address_of(node_index who) {
  const auto number = who + 1;
  return *multiaddr::parse("/ip4/10." + std::to_string(number >> 16 & 255) + "." +
                           std::to_string(number >> 8 & 255) + "." + std::to_string(number & 255) + "/tcp/" +
                           std::to_string(port_of_all));
}

} // namespace

sim_venue::configured::configured() {
  configure(*this, {schedule::virtual_, 1});
}

sim_venue::sim_venue(const random_stream& rng, const tunables& tuned, std::shared_ptr<census> owners)
  : tuned_(tuned), owners_(std::move(owners)), world_(rng.split("network")), system_(config_),
    scheduler_(system_, rng.split("order"),
               {[this] { return world_.next_due(); }, [this](time_point now) { world_.advance(now); }},
               {.burst_max = tuned.burst_max}) {
  scheduler_.after_each_job([this] { end_event(); });
  world_.on_trace([this](const transport::trace_record& record, byte_view data) {
    ++deliveries_;
    trace_.add(record);
    if (hook_)
      hook_(record, data);
  });
}

void sim_venue::end_event() {
  if (after_event_)
    after_event_();
  if (hunt_ && hunt_())
    hunt_ = nullptr;
}

sim_venue::~sim_venue() {
  if (finish() > 0)
    system_.await_actors_before_shutdown(false); // the run has failed; it must not hang as well
}

expected<network_port, explained> sim_venue::open(node_index who, const key_pair& key) {
  transport::sim_options options;
  apply(tuned_, options);
  network_port port;
  const auto network = std::make_shared<transport::sim_network>(world_, key, options);
  port.address = address_of(who);
  if (const auto bound = network->listen(port.address); !bound)
    return unexpected(explained{bound.error().detail});
  port.bridge = std::make_shared<peer::network_bridge>(*network);
  port.network = network;
  return port;
}

void sim_venue::close(network_port& port) {
  const std::weak_ptr<transport::network> left = port.network;
  port = {};
  // Even if somebody holds it still, it is dead for everyone else.
  if (const auto held = left.lock())
    held->stop();
}

std::size_t sim_venue::finish() {
  scheduler_.shut_down();
  return system_.registry().running();
}

std::vector<caf::scheduled_actor*> sim_venue::ready_actors(node_index of,
                                                           const std::set<std::uint64_t>& spared) {
  std::vector<caf::scheduled_actor*> ready;
  for (auto* job : dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler()).jobs) {
    auto* actor = dynamic_cast<caf::scheduled_actor*>(job);
    // The untyped ones are the proxies, which nothing supervises.
    if (actor && !dynamic_cast<caf::event_based_actor*>(job) && owners_->owner(actor->id()) == of &&
        !spared.contains(actor->id()))
      ready.push_back(actor);
  }
  return ready;
}

void sim_venue::pause(node_index which, const peer_id& id) {
  paused_.insert(which);
  world_.pause(id);
  hold_paused();
}

void sim_venue::resume(node_index which, const peer_id& id) {
  paused_.erase(which);
  world_.resume(id);
  hold_paused();
}

void sim_venue::hold_paused() {
  if (paused_.empty())
    return scheduler_.hold(nullptr);
  scheduler_.hold([this](caf::resumable& job) {
    const auto* actor = dynamic_cast<caf::scheduled_actor*>(&job);
    const auto owner = actor ? owners_->owner(actor->id()) : std::nullopt;
    return owner && paused_.contains(*owner);
  });
}

} // namespace troupe::lab
