// SPDX-License-Identifier: BSD-3-Clause
#include "transport/sim/sim_network.hpp"

#include "messages/types/assert.hpp"
#include "transport/ping/responder.hpp"

#include <algorithm>

namespace troupe::transport {

sim_network::sim_network(sim_world& world, const peer_id& self, const sim_options& options)
  : world_(world), home_(std::make_shared<sim_network*>(this)), self_(self), options_(options),
    number_(world.attach(*this)), dialer_(*this) {}

sim_network::sim_network(sim_world& world, const key_pair& host, const sim_options& options)
  : sim_network(world, host.id(), options) {
  auto made = std::make_unique<identify_service>(host, options.identify, seams_for_identify());
  for (auto& one : made->protocols())
    mount(std::move(one));
  mount(ping::responder());
  identify_ = std::move(made);
}

sim_network::~sim_network() {
  for (const auto& [id, link] : std::exchange(links_, {})) {
    if (const auto other = link->other())
      other->fail_after(world_.faults().detection, transport_errc::connection_lost);
    link->abandon();
  }
  *home_ = nullptr;
  world_.detach(number_, self_);
}

void sim_network::stop() {
  if (stopped_)
    return;
  stopped_ = true;
  while (!links_.empty())
    links_.begin()->second->end(transport_errc::stopped, true);
  world_.detach(number_, self_);
  listening_.clear();
  turn_hooks_.clear();
}

// ---- listening

multiaddr::component sim_network::host() const {
  const auto n = static_cast<std::uint32_t>(number_);
  return {multiaddr_code::ip4,
          {10, static_cast<std::uint8_t>(n >> 16), static_cast<std::uint8_t>(n >> 8),
           static_cast<std::uint8_t>(n)}};
}

multiaddr sim_network::bound(const multiaddr& at) {
  auto parts = at.without_peer().components();
  for (auto& part : parts) {
    const bool zero =
      std::all_of(part.value.begin(), part.value.end(), [](std::uint8_t octet) { return octet == 0; });
    if (part.code == multiaddr_code::ip4 && zero)
      part = host();
    else if (part.code == multiaddr_code::tcp && zero) {
      const auto port = static_cast<std::uint16_t>(++world_.last_port_);
      part.value = {static_cast<std::uint8_t>(port >> 8), static_cast<std::uint8_t>(port)};
    }
  }
  return multiaddr::from_components(parts);
}

expected<multiaddr, transport_error> sim_network::listen(const multiaddr& at) {
  if (at.empty() || !at.known() || stopped_)
    return unexpected(
      transport_error{transport_errc::listen_failed, "not an address to listen on: " + at.text()});
  auto address = bound(at);
  if (!world_.listeners_.emplace(address, self_).second)
    return unexpected(
      transport_error{transport_errc::listen_failed, "somebody listens there already: " + at.text()});
  listening_.push_back(address);
  announce_changes();
  return address;
}

void sim_network::unlisten(const multiaddr& at) {
  if (std::erase(listening_, at) == 0)
    return;
  world_.listeners_.erase(at);
  announce_changes();
}

multiaddr sim_network::source_address(link_id of) const {
  const auto port = static_cast<std::uint16_t>(40000 + of.value() % 20000);
  return multiaddr::from_components(
    {host(), {multiaddr_code::tcp, {static_cast<std::uint8_t>(port >> 8), static_cast<std::uint8_t>(port)}}});
}

// ---- protocols

void sim_network::mount(protocol what) {
  const auto entry = std::make_shared<const protocol>(std::move(what));
  TROUPE_ASSERT(!entry->ids.empty());
  for (const auto& id : entry->ids)
    mounted_.insert_or_assign(id, entry);
  announce_changes();
}

void sim_network::unmount(const std::string& id) {
  mounted_.erase(id);
  announce_changes();
}

sim_network::mount_ptr sim_network::mounted(const std::string& id) const {
  const auto found = mounted_.find(id);
  return found == mounted_.end() ? nullptr : found->second;
}

std::vector<std::string> sim_network::protocols() const {
  std::vector<std::string> result;
  for (const auto& [id, entry] : mounted_)
    if (entry->direction != opens::we_only && entry->accept)
      result.push_back(id);
  return result;
}

std::size_t sim_network::open_lanes(const peer_id& with, direction opened_by,
                                    const std::vector<std::string>& ids) const {
  std::size_t count = 0;
  for (const auto& [id, link] : links_)
    if (link->remote() == with)
      count += link->lanes_of(opened_by, ids);
  return count;
}

sim_network::answer_to_open sim_network::answer(const link_ptr& from,
                                                const std::vector<std::string>& proposals) {
  answer_to_open result;
  mount_ptr entry;
  for (const auto& proposal : proposals) {
    entry = mounted(proposal);
    result.known = entry && entry->direction != opens::we_only && entry->accept;
    result.protocol = proposal;
    if (result.known)
      break;
  }
  if (!result.known)
    return result;
  if (open_lanes(from->remote(), direction::inbound, entry->ids) < entry->limits.inbound_per_peer)
    result.handler = entry->accept({from, result.protocol});
  return result;
}

bool sim_network::may_open(const peer_id& to, const std::string& protocol) const {
  const auto entry = mounted(protocol);
  if (!entry)
    return open_lanes(to, direction::outbound, {protocol}) < protocol_limits{}.outbound_per_peer;
  return open_lanes(to, direction::outbound, entry->ids) < entry->limits.outbound_per_peer;
}

std::size_t sim_network::window_max(const std::string& protocol) const {
  const auto entry = mounted(protocol);
  return entry ? entry->limits.window_max : protocol_limits{}.window_max;
}

// ---- links

std::shared_ptr<sim_link> sim_network::add_link(sim_link::parties who, random_stream rng) {
  const auto id = who.id;
  return links_.emplace(id, std::make_shared<sim_link>(home_, std::move(who), rng)).first->second;
}

void sim_network::report_up(const std::shared_ptr<sim_link>& up, std::optional<dial_id> dialled) {
  observer_->link_up(up, dialled);
  if (identify_)
    identify_->link_up(up);
}

void sim_network::link_ended(const std::shared_ptr<sim_link>& down, transport_errc why, bool was_up) {
  links_.erase(down->id());
  if (!was_up)
    return;
  if (identify_)
    identify_->link_down(down->id());
  observer_->link_down(down, why);
}

void sim_network::report_dial_failed(dial_id id, const transport_error& why) {
  observer_->dial_failed(id, why);
}

// ---- identify

identify_seams sim_network::seams_for_identify() {
  return {
    [this] { return protocols(); },
    [this] { return listening_; },
    [this] {
      const auto passed =
        std::chrono::duration_cast<std::chrono::milliseconds>(world_.now().time_since_epoch());
      return options_.wall_start_ms + static_cast<std::uint64_t>(passed.count());
    },
    [this](duration delay, std::function<void()> task) { schedule(world_.now() + delay, std::move(task)); },
    [this](const link_ptr& on, const identity& told) { observer_->link_identified(on, told); },
    [this] {
      if (observer_ != nullptr)
        observer_->addresses_changed();
    }};
}

void sim_network::announce_changes() {
  if (identify_ && !stopped_)
    identify_->changed();
}

// ---- turns

void sim_network::schedule(time_point at, std::function<void()> task) {
  if (!stopped_)
    world_.schedule_for(number_, at, std::move(task));
}

void sim_network::post(std::function<void()> task) {
  TROUPE_ASSERT(posted_ < options_.posts_max);
  ++posted_;
  schedule(world_.now(), [this, task = std::move(task)] {
    --posted_;
    task();
  });
}

void sim_network::end_turn() {
  // By index: a hook may add another one or stop the network.
  for (std::size_t i = 0; i < turn_hooks_.size(); ++i) {
    const auto hook = turn_hooks_[i];
    hook();
  }
}

} // namespace troupe::transport
