// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/cluster/local_venue.hpp"

#include "actors/brb/brb_interface.hpp"
#include "actors/runtime/shell/clock.hpp"
#include "actors/runtime/shell/system_config.hpp"
#include "transport/tcp/tcp_network.hpp"

#include <caf/actor_registry.hpp>

namespace troupe::lab {
namespace {

constexpr duration settle_time = std::chrono::milliseconds{50};
constexpr duration end_limit = std::chrono::seconds{5};
constexpr std::uint32_t dials_per_second = 1000; // every node has the same host here

} // namespace

local_venue::configured::configured() {
  configure(*this, {schedule::pool, 0});
}

local_venue::local_venue(std::shared_ptr<const directory> nodes)
  : nodes_(std::move(nodes)), system_(config_), clock_(make_system_clock(system_)),
    begun_(std::chrono::steady_clock::now()) {}

local_venue::~local_venue() {
  if (finish() > 0)
    system_.await_actors_before_shutdown(false);
}

duration local_venue::now() const {
  return std::chrono::duration_cast<duration>(std::chrono::steady_clock::now() - begun_);
}

void local_venue::pass(duration span) {
  const auto end = std::chrono::steady_clock::now() + span;
  std::unique_lock lock{guard_};
  for (;;) {
    while (!tasks_.empty()) {
      const auto task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
      lock.lock();
    }
    if (!woken_.wait_until(lock, end, [this] { return !tasks_.empty(); }))
      return;
  }
}

void local_venue::hand_over(std::function<void()> task) {
  const std::scoped_lock lock{guard_};
  tasks_.push_back(std::move(task));
  woken_.notify_one();
}

expected<network_port, explained> local_venue::open(node_index who, const key_pair& key) {
  transport::tcp_options options{key};
  options.admission.per_host.per_second = dials_per_second;
  options.admission.per_host.burst = dials_per_second;
  auto made = transport::tcp_network::make(std::move(options));
  if (!made)
    return unexpected(made.error());
  const auto gate = std::make_shared<gated_network>(std::shared_ptr<transport::network>{std::move(*made)});
  const auto before = bound_.find(who);
  const auto at =
    gate->listen(before == bound_.end() ? *multiaddr::parse("/ip4/127.0.0.1/tcp/0") : before->second);
  if (!at)
    return unexpected(explained{at.error().detail});
  bound_.insert_or_assign(who, *at);
  gates_.insert_or_assign(who, gate);
  network_port port;
  port.address = *at;
  port.bridge = std::make_shared<peer::network_bridge>(*gate);
  port.unit = std::make_shared<io_unit>(system_, [gate = gate.get()] { gate->post([] {}); });
  gate->at_turn_end([unit = port.unit] { unit->run(); });
  port.network = gate;
  apply_cuts(who);
  return port;
}

void local_venue::settle() {
  pass(settle_time);
}

void local_venue::close(network_port& port) {
  if (port.network)
    port.network->stop();
  if (port.unit)
    port.unit->retire();
  port = {};
}

std::size_t local_venue::finish() {
  for (const auto end = now() + end_limit; system_.registry().running() > 0 && now() < end;)
    pass(settle_time);
  return system_.registry().running();
}

void local_venue::cut(node_index from, node_index to) {
  cuts_.emplace(from, to);
  apply_cuts(to);
}

void local_venue::heal(node_index from, node_index to) {
  if (cuts_.erase({from, to}) == 0)
    return;
  if (const auto gate = gates_[to].lock())
    gate->accept(nodes_->id(from));
}

void local_venue::heal_all() {
  while (!cuts_.empty()) {
    const auto [from, to] = *cuts_.begin();
    heal(from, to);
  }
}

void local_venue::apply_cuts(node_index to) {
  const auto gate = gates_[to].lock();
  for (const auto& [from, whom] : cuts_)
    if (gate && whom == to)
      gate->shun(nodes_->id(from));
}

void local_venue::break_links(node_index a, node_index b) {
  if (const auto gate = gates_[a].lock())
    gate->hang_up(nodes_->id(b));
}

} // namespace troupe::lab
