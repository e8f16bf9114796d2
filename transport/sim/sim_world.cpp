// SPDX-License-Identifier: BSD-3-Clause
#include "transport/sim/sim_world.hpp"

#include "messages/types/assert.hpp"
#include "transport/sim/sim_link.hpp"
#include "transport/sim/sim_network.hpp"

#include <algorithm>
#include <cstring>

namespace troupe::transport {
namespace {

std::uint64_t mixed(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * 0x9ddfea08eb382d69ull;
  return hash ^ (hash >> 32);
}

std::uint64_t hash_of(byte_view data) {
  std::uint64_t hash = mixed(0x243f6a8885a308d3ull, data.size());
  for (std::size_t at = 0; at < data.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, data.data() + at, std::min<std::size_t>(8, data.size() - at));
    hash = mixed(hash, word);
  }
  return hash;
}

} // namespace

void trace_digest::add_number(std::uint64_t number) {
  value_ = mixed(value_, number);
}

void trace_digest::add(const trace_record& record) {
  add_number(static_cast<std::uint64_t>(record.at.time_since_epoch().count()));
  add_number(hash_of(record.from.multihash()));
  add_number(hash_of(record.to.multihash()));
  add_number(record.link.value());
  add_number(record.lane.value());
  add_number(static_cast<std::uint64_t>(record.what));
  add_number(record.size);
  add_number(record.bytes_hash);
}

std::optional<time_point> sim_world::next_due() const {
  if (events_.empty())
    return std::nullopt;
  return events_.begin()->first.first;
}

void sim_world::advance(time_point now) {
  while (!events_.empty() && events_.begin()->first.first <= now) {
    auto next = events_.extract(events_.begin());
    now_ = std::max(now_, next.key().first);
    const node_number node = next.mapped().node;
    if (node == 0) {
      next.mapped().task();
      continue;
    }
    if (!nodes_.contains(node))
      continue;
    if (const auto paused = paused_.find(node); paused != paused_.end()) {
      paused->second.waiting.push_back(std::move(next.mapped()));
      continue;
    }
    next.mapped().task();
    if (const auto found = nodes_.find(node); found != nodes_.end())
      found->second->end_turn();
  }
  now_ = std::max(now_, now);
}

void sim_world::schedule(time_point at, std::function<void()> task) {
  schedule_for(0, at, std::move(task));
}

void sim_world::schedule_for(node_number node, time_point at, std::function<void()> task) {
  TROUPE_ASSERT(events_.size() < events_max_);
  events_.emplace(due{std::max(at, now_), ++sequence_}, event{node, std::move(task)});
}

void sim_world::cut(const peer_id& from, const peer_id& to) {
  faults_.cut(from, to, now_);
  schedule(now_ + faults_.detection, [this, since = now_] { end_blocked_links(since); });
}

void sim_world::heal(const peer_id& from, const peer_id& to) {
  faults_.heal(from, to);
  release_held();
}

void sim_world::partition(const std::vector<std::vector<peer_id>>& groups) {
  faults_.partition(groups, now_);
  release_held();
  schedule(now_ + faults_.detection, [this, since = now_] { end_blocked_links(since); });
}

void sim_world::heal_all() {
  faults_.heal_all();
  release_held();
}

void sim_world::for_each_link(const std::function<void(sim_link&)>& task) {
  for (const auto& [number, node] : nodes_)
    for (const auto& [id, end] : node->links())
      task(*end);
}

void sim_world::release_held() {
  for_each_link([](sim_link& end) { end.release_held(); });
}

void sim_world::end_blocked_links(time_point blocked_by) {
  for_each_link([this, blocked_by](sim_link& end) {
    const auto out = faults_.blocked_since(end.local(), end.remote());
    const auto in = faults_.blocked_since(end.remote(), end.local());
    if ((out && *out <= blocked_by) || (in && *in <= blocked_by))
      end.fail_after(duration{0}, transport_errc::keepalive_timeout);
  });
}

void sim_world::pause(const peer_id& who) {
  const auto number = numbers_.find(who);
  if (number == numbers_.end() || !paused_.try_emplace(number->second, pause_of{now_, {}}).second)
    return;
  schedule(now_ + faults_.detection, [this, node = number->second, who, since = now_] {
    const auto still = paused_.find(node);
    if (still == paused_.end() || still->second.since != since)
      return;
    for_each_link([&](sim_link& end) {
      if (end.local() == who || end.remote() == who)
        end.fail_after(duration{0}, transport_errc::keepalive_timeout);
    });
  });
}

void sim_world::resume(const peer_id& who) {
  const auto number = numbers_.find(who);
  if (number == numbers_.end())
    return;
  auto paused = paused_.extract(number->second);
  if (paused)
    for (auto& each : paused.mapped().waiting)
      schedule_for(each.node, now_, std::move(each.task));
}

void sim_world::break_links(const peer_id& a, const peer_id& b) {
  for_each_link([&](sim_link& end) {
    if ((end.local() == a && end.remote() == b) || (end.local() == b && end.remote() == a))
      end.break_off();
  });
}

void sim_world::trace(const traced& piece, byte_view data) {
  if (trace_)
    trace_({now_, piece.sent, piece.from, piece.to, piece.link, piece.lane, piece.what, data.size(), hash_of(data)},
           data);
}

sim_world::node_number sim_world::attach(sim_network& node) {
  TROUPE_ASSERT(!numbers_.contains(node.self()));
  const node_number number = ++last_node_;
  nodes_.emplace(number, &node);
  numbers_.emplace(node.self(), number);
  return number;
}

void sim_world::detach(node_number node, const peer_id& id) {
  if (nodes_.erase(node) == 0)
    return;
  numbers_.erase(id);
  paused_.erase(node);
  std::erase_if(listeners_, [&](const auto& entry) { return entry.second == id; });
}

sim_network* sim_world::find(const peer_id& id) {
  const auto number = numbers_.find(id);
  return number == numbers_.end() ? nullptr : nodes_.at(number->second);
}

} // namespace troupe::transport
