// SPDX-License-Identifier: BSD-3-Clause
// Opening, ending and accounting of lanes; reading is mux_read.cpp, writing mux_write.cpp.
#include "transport/tcp/mux_link.hpp"

#include <algorithm>

namespace troupe::transport {
namespace {

/// std::function wants copies; a handler has none.
template <class Task>
auto shared_task(lane_handler_ptr handler, Task task) {
  return [held = std::make_shared<lane_handler_ptr>(std::move(handler)), task = std::move(task)] {
    task(std::move(*held));
  };
}

} // namespace

mux_link::mux_link(link_facts facts, const link_setup& setup, time_point now)
  : facts_(std::move(facts)), setup_(setup), quiet_since_(now) {
  windows_.emplace(setup.peer_bytes_max, setup.node_windows);
  sends_.emplace(setup.peer_sends_max, setup.node_sends);
  session_.emplace(facts_.dialled == direction::outbound ? yamux::role::dialer : yamux::role::listener,
                   setup.session, *windows_, *sends_, now);
}

void mux_link::open(std::vector<std::string> protocols, lane_handler_ptr handler) {
  if (setup_.loop->on_thread())
    return open_here(std::move(protocols), std::move(handler));
  setup_.loop->post(shared_task(
    std::move(handler), [self = shared_from_this(), protocols = std::move(protocols)](lane_handler_ptr held) {
      self->open_here(protocols, std::move(held));
    }));
}

void mux_link::close(transport_errc why) {
  if (!setup_.loop->on_thread())
    return setup_.loop->post([self = shared_from_this(), why] { self->close(why); });
  if (setup_.carrier)
    setup_.carrier->close_link(why);
}

void mux_link::open_here(std::vector<std::string> protocols, lane_handler_ptr handler) {
  auto why = transport_errc::none;
  mounted_protocol mounted;
  std::uint32_t id = 0;
  if (!setup_.carrier) {
    why = transport_errc::link_closed;
  } else if (protocols.empty()) {
    why = transport_errc::protocol_unknown;
  } else {
    mounted = setup_.protocols->find(protocols.front());
    const auto limits = mounted ? mounted->limits : protocol_limits{};
    if (lanes_of(mounted.get(), false) < limits.outbound_per_peer)
      id = session_->open();
    if (id == 0)
      why = transport_errc::too_many_lanes;
    else
      session_->limit_window(
        id, static_cast<std::uint32_t>(std::min<std::size_t>(limits.window_max, setup_.session.skip_max)));
  }
  if (why != transport_errc::none) { // not from within the caller's own call
    if (setup_.carrier)
      setup_.carrier->lane_ended(why);
    return setup_.loop->post(
      shared_task(std::move(handler), [why](lane_handler_ptr held) { held->closed(why); }));
  }

  auto& slot = add_slot(id);
  slot.handler = std::move(handler);
  slot.mounted = std::move(mounted);
  const bool known = agreed_.contains(protocols.front());
  if (known)
    protocols.resize(1);
  slot.proposing = std::make_unique<multistream::dialer>(protocols);
  const auto said = slot.proposing->take_output();
  slot.overhead = said.size();
  if (!session_->write(id, chunk::copy_of(said)))
    return lane_reset(id, transport_errc::memory_exceeded);
  if (known) // write at once, hear the echo later; but not from within the caller's own call
    setup_.loop->post([self = shared_from_this(), id, name = protocols.front()] {
      if (auto* lane = self->find(id); lane && !std::exchange(lane->opened, true))
        lane->handler->opened(lane->handle, name);
    });
  setup_.carrier->touch();
}

lane_slot& mux_link::add_slot(std::uint32_t id) {
  auto& slot = slots_[id];
  slot.handle = std::make_shared<mux_lane>(shared_from_this(), id, setup_.loop);
  slot.negotiation_due = io_loop::now() + setup_.negotiation_timeout;
  return slot;
}

lane_slot* mux_link::find(std::uint32_t id) {
  const auto found = setup_.carrier ? slots_.find(id) : slots_.end();
  return found == slots_.end() || found->second.ends ? nullptr : &found->second;
}

std::size_t mux_link::lanes_of(const protocol* mounted, bool inbound) const {
  return static_cast<std::size_t>(std::count_if(slots_.begin(), slots_.end(), [&](const auto& entry) {
    const auto& slot = entry.second;
    return mounted && slot.mounted.get() == mounted && slot.inbound == inbound && !slot.ends;
  }));
}

void mux_link::lane_write(std::uint32_t id, chunk_ptr bytes) {
  if (!find(id))
    return;
  if (!session_->write(id, std::move(bytes)))
    return lane_reset(id, transport_errc::memory_exceeded);
  setup_.carrier->touch();
}

void mux_link::lane_grant(std::uint32_t id, std::size_t n) {
  if (!find(id))
    return;
  session_->grant(id, n, io_loop::now());
  if (session_->wants_to_send())
    setup_.carrier->touch();
}

void mux_link::lane_finish(std::uint32_t id) {
  if (!find(id))
    return;
  session_->finish(id);
  setup_.carrier->touch();
}

void mux_link::lane_reset(std::uint32_t id, transport_errc why) {
  if (auto* slot = find(id)) {
    session_->reset(id);
    note_end(id, *slot, why);
  }
}

void mux_link::note_end(std::uint32_t id, lane_slot& slot, transport_errc why) {
  slot.ends = true;
  slot.ending = why;
  ending_.push_back(id);
  setup_.carrier->lane_ended(why);
  setup_.carrier->touch();
}

void mux_link::close_slot(std::uint32_t id) {
  auto node = slots_.extract(id);
  if (node.empty())
    return;
  if (slots_.empty())
    quiet_since_ = io_loop::now();
  auto& slot = node.mapped();
  if (slot.handler)
    slot.handler->closed(slot.ending);
}

void mux_link::settle() {
  for (std::size_t i = 0; i < touched_.size(); ++i) {
    const auto found = slots_.find(touched_[i]);
    if (found == slots_.end())
      continue;
    found->second.touched = false;
    if (!found->second.ends)
      found->second.handler->turn_end();
  }
  touched_.clear();
  for (std::size_t i = 0; i < ending_.size(); ++i)
    close_slot(ending_[i]);
  ending_.clear();
}

transport_errc mux_link::tick(time_point now) {
  for (auto& [id, slot] : slots_)
    if (slot.negotiating() && !slot.ends && now >= slot.negotiation_due)
      lane_reset(id, transport_errc::phase_timeout);
  const auto why = session_->tick(now);
  if (session_->wants_to_send())
    setup_.carrier->touch();
  return why;
}

bool mux_link::has_queued() {
  return std::any_of(slots_.begin(), slots_.end(),
                     [&](const auto& entry) { return session_->queued(entry.first) > 0; });
}

void mux_link::detach() {
  settle();
  auto* const carrier = std::exchange(setup_.carrier, nullptr);
  while (!slots_.empty()) {
    auto& [id, slot] = *slots_.begin();
    if (!slot.ends) {
      slot.ending = transport_errc::link_closed;
      carrier->lane_ended(slot.ending);
    }
    close_slot(id);
  }
  ending_.clear();
  session_.reset();
  windows_.reset();
  sends_.reset();
}

} // namespace troupe::transport
