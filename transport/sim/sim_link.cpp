// SPDX-License-Identifier: BSD-3-Clause
#include "transport/sim/sim_link.hpp"

#include "messages/types/assert.hpp"
#include "transport/sim/sim_network.hpp"

#include <algorithm>

namespace troupe::transport {

using kind = wire_item::kind;

namespace {
constexpr lane_id link_control{0}; ///< carries go_away only
}

sim_world& sim_link::world() const {
  return node()->world();
}
const peer_id& sim_link::local() const {
  return node()->self();
}
const sim_options& sim_link::options() const {
  return node()->options();
}
const link_conditions& sim_link::outbound_conditions() const {
  return world().faults().of(local(), remote());
}

void sim_link::schedule(duration after, std::function<void()> task) {
  node()->schedule(world().now() + after, std::move(task));
}

void sim_link::trace_fault(lane_id lane, trace_kind what, byte_view frame) {
  if (world().is_traced())
    world().trace({local(), remote(), id(), lane, what, world().now()}, frame);
}

// ---- opening and closing

void sim_link::open(std::vector<std::string> protocols, lane_handler_ptr handler) {
  TROUPE_ASSERT(!protocols.empty());
  if (node() == nullptr || node()->stopped())
    return;
  const lane_id lane{next_lane_};
  next_lane_ += 2;
  const auto end =
    std::make_shared<sim_lane>(*this, lane, direction::outbound, protocols.front(), std::move(handler));
  auto refusal = transport_errc::none;
  if (down_ || closing_)
    refusal = transport_errc::link_closed;
  else if (lanes_.size() >= options().lanes_per_link_max || !node()->may_open(remote(), protocols.front()))
    refusal = transport_errc::too_many_lanes;
  if (refusal != transport_errc::none) {
    schedule(duration{0}, [self = shared_from_this(), end, refusal] { end->close(refusal); });
    return;
  }
  lanes_.emplace(lane, end);
  transmit(lane, {.what = kind::open, .names = std::move(protocols)});
}

void sim_link::close(transport_errc why) {
  if (node() == nullptr || down_ || closing_)
    return;
  closing_ = why;
  const bool graceful = why == transport_errc::closed_locally || why == transport_errc::superseded;
  if (!graceful) {
    schedule(duration{0}, [self = shared_from_this(), why] { self->end(why, true); });
    return;
  }
  draining_ = true;
  for (const auto& [id, lane] : lanes_)
    lane->flush_filter();
  wake();
  schedule(options().linger, [weak = weak_from_this()] {
    if (const auto self = weak.lock())
      self->finish_closing();
  });
}

void sim_link::finish_closing() {
  end(*closing_, true);
}

void sim_link::came_up(std::optional<dial_id> dialled) {
  if (down_)
    return;
  up_ = true;
  node()->report_up(shared_from_this(), dialled);
}

void sim_link::end(transport_errc why, bool goodbye) {
  if (down_)
    return;
  const auto self = shared_from_this();
  why = closing_.value_or(why); // whoever asked first: for its own side that is the reason
  if (goodbye)
    transmit(link_control, {.what = kind::go_away});
  down_ = true;
  inboxes_.clear();
  while (!lanes_.empty())
    lanes_.begin()->second->close(transport_errc::link_closed);
  node()->link_ended(self, why, up_);
}

void sim_link::fail_after(duration delay, transport_errc why) {
  if (node() == nullptr)
    return;
  node()->schedule(std::max(world().now() + delay, floor_), [weak = weak_from_this(), why] {
    if (const auto self = weak.lock())
      self->end(why, false);
  });
}

void sim_link::break_off() {
  schedule(duration{0}, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self || self->down_)
      return;
    for (auto& [lane, in] : self->inboxes_) {
      const std::size_t kept = self->rng_.below(in.items.size() + 1);
      in.items.resize(kept, wire_item{kind::reset});
      // The last item may have come in part.
      if (kept > 0 && in.items.back().what == kind::data)
        in.items.back().length = 1 + self->rng_.below(in.items.back().length);
    }
    self->deliver_all();
    self->end(transport_errc::connection_lost, false);
  });
}

void sim_link::abandon() {
  const auto lanes = std::exchange(lanes_, {});
  for (const auto& [id, lane] : lanes)
    lane->abandon();
  down_ = true;
  inboxes_.clear();
}

void sim_link::forget(lane_id lane) {
  lanes_.erase(lane);
}

std::size_t sim_link::lanes_of(direction opened_by, const std::vector<std::string>& protocols) const {
  return static_cast<std::size_t>(std::count_if(lanes_.begin(), lanes_.end(), [&](const auto& entry) {
    const auto& lane = *entry.second;
    return lane.opened_by() == opened_by &&
           std::find(protocols.begin(), protocols.end(), lane.protocol()) != protocols.end();
  }));
}

// ---- sending

void sim_link::wake_at(time_point at) {
  if (pump_scheduled_ || down_)
    return;
  pump_scheduled_ = true;
  node()->schedule(at, [weak = weak_from_this()] {
    if (const auto self = weak.lock())
      self->pump();
  });
}

std::shared_ptr<sim_lane> sim_link::next_sender() {
  const auto after = lanes_.upper_bound(last_sender_);
  for (auto at = after; at != lanes_.end(); ++at)
    if (at->second->wants_to_send())
      return at->second;
  for (auto at = lanes_.begin(); at != after; ++at)
    if (at->second->wants_to_send())
      return at->second;
  return nullptr;
}

void sim_link::pump() {
  pump_scheduled_ = false;
  while (!down_) {
    const auto lane = next_sender();
    if (!lane)
      break;
    if (busy_until_ > world().now()) {
      wake_at(busy_until_);
      return;
    }
    last_sender_ = lane->id();
    lane->send_some(options().segment_max);
  }
  const auto queued = [](const auto& entry) { return entry.second->queued(); };
  if (draining_ && !down_ && std::none_of(lanes_.begin(), lanes_.end(), queued))
    finish_closing();
}

void sim_link::transmit(lane_id lane, wire_item item) {
  const auto other = other_.lock();
  if (down_ || !other || other->down_)
    return;
  const auto& conditions = outbound_conditions();
  auto departs = std::max(world().now(), busy_until_);
  if (conditions.bandwidth > 0)
    departs += duration{static_cast<std::int64_t>(item.wire_size() * 1'000'000'000 / conditions.bandwidth)};
  busy_until_ = departs;
  item.sent = world().now();
  other->enqueue(lane, std::move(item), departs + drawn_delay(conditions, rng_));
}

// ---- receiving

void sim_link::enqueue(lane_id lane, wire_item item, time_point due) {
  auto& in = inboxes_[lane];
  due = std::max({due, in.last_due, floor_});
  if (lane == link_control)
    for (const auto& [id, earlier] : inboxes_)
      due = std::max(due, earlier.last_due);
  in.last_due = due;
  in.items.push_back(std::move(item));
  schedule_arrival(lane, due);
}

void sim_link::schedule_arrival(lane_id lane, time_point at) {
  node()->schedule(at, [weak = weak_from_this(), lane] {
    if (const auto self = weak.lock())
      self->arrive(lane);
  });
}

void sim_link::arrive(lane_id lane) {
  if (down_)
    return;
  const auto& faults = world().faults();
  if (faults.blocked(remote(), local())) {
    held_.push_back(lane);
    return;
  }
  if (const auto until = faults.stalled_until(remote(), local()); until > world().now()) {
    schedule_arrival(lane, until);
    return;
  }
  handle_next(lane);
}

void sim_link::release_held() {
  for (const auto lane : std::exchange(held_, {}))
    schedule_arrival(lane, world().now());
}

void sim_link::handle_next(lane_id lane) {
  const auto found = inboxes_.find(lane);
  if (found == inboxes_.end() || found->second.items.empty())
    return;
  const auto item = std::move(found->second.items.front());
  found->second.items.pop_front();
  if (item.what == kind::go_away) {
    deliver_all();
    end(transport_errc::closed_remotely, false);
    return;
  }
  handle(lane, item);
}

void sim_link::deliver_all() {
  while (!down_) {
    const auto next = std::find_if(inboxes_.begin(), inboxes_.end(), [](const auto& entry) {
      return entry.first != link_control && !entry.second.items.empty();
    });
    if (next == inboxes_.end())
      return;
    handle_next(next->first);
  }
}

void sim_link::handle(lane_id lane, const wire_item& item) {
  if (item.what == kind::open) {
    handle_open(lane, item);
    return;
  }
  const auto found = lanes_.find(lane);
  if (found == lanes_.end()) {
    if (const auto in = inboxes_.find(lane); in != inboxes_.end() && in->second.items.empty())
      inboxes_.erase(in);
    return;
  }
  const auto end = found->second;
  switch (item.what) {
  case kind::accept:
    end->agreed(item.names.front(), node()->window_max(item.names.front()));
    return;
  case kind::unknown:
    end->close(transport_errc::protocol_unknown);
    return;
  case kind::data:
    handle_data(*end, item);
    return;
  case kind::credit:
    end->receive_credit(item.length);
    return;
  case kind::finish:
    end->receive_finish();
    return;
  case kind::reset:
    end->close(transport_errc::lane_reset);
    return;
  case kind::open:
  case kind::go_away:
    TROUPE_ASSERT(false);
  }
}

void sim_link::handle_open(lane_id lane, const wire_item& item) {
  if (closing_ || lanes_.size() >= options().lanes_per_link_max) {
    transmit(lane, {.what = kind::reset});
    return;
  }
  const auto self = shared_from_this();
  auto answer = node()->answer(self, item.names);
  if (!answer.handler) {
    transmit(lane, {.what = answer.known ? kind::reset : kind::unknown});
    return;
  }
  const auto end =
    std::make_shared<sim_lane>(*this, lane, direction::inbound, answer.protocol, std::move(answer.handler));
  lanes_.emplace(lane, end);
  transmit(lane, {.what = kind::accept, .names = {answer.protocol}});
  end->agreed(answer.protocol, node()->window_max(answer.protocol));
}

void sim_link::handle_data(sim_lane& lane, const wire_item& item) {
  const auto& conditions = world().faults().of(remote(), local());
  std::size_t first_turn = item.length;
  if (item.length > 1 && rng_.chance(conditions.split))
    first_turn = 1 + rng_.below(item.length - 1);
  if (world().is_traced())
    world().trace({remote(), local(), id(), lane.id(), trace_kind::delivered, item.sent}, item.view());
  lane.receive(item.view(), first_turn);
}

} // namespace troupe::transport
