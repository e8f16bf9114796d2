// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/receiver_actor.hpp"

#include "actors/brb/packet_trace.hpp"
#include "actors/runtime/shell/shell.hpp"

namespace troupe::brb {
namespace {

using inside = with_shell<receiver_handle>;
struct state;
using self_pointer = self_ptr<inside, state>;

/// What the machine wants done.
struct wiring {
  self_pointer self;
  node_context context;
  child_links links;
  peer_id source;
  std::shared_ptr<source_memory> memory;
  packet_trace trace{context, links.options};

  void operator()(const send_packet& order);
  void operator()(const delivering& what) { trace.leaving(what); }
  void operator()(const handling& what) const { trace.arrived(what); }
  void operator()(const remember& stored) const { memory->remember(stored.what); }
  void operator()(const source_window::lock_begun& lock) const { memory->begin_lock(lock.what); }
  void operator()(const source_window::lock_ended& lock) const {
    memory->end_lock(lock.sequence, lock.stored);
  }
  void operator()(const source_window::recorded& which) const;
  void operator()(source_window::validate ask) const;
  void operator()(const source_window::deliver& agreed) const;
  void operator()(const own_refusal& why) const;
  void operator()(const numbers_disputed& which) const;
  void operator()(const source_window::behind& lack) const;
  void operator()(const source_window::suspected& found) const;
  void operator()(const report& complaint) const;
  void operator()(source_window::hand_locks told) const;
};

/// This receiver's part in what all of them hold of large payloads.
class fragment_gauge {
public:
  explicit fragment_gauge(std::shared_ptr<agreement_memory> on) : on_(std::move(on)) {}
  ~fragment_gauge() { on_->fragment_bytes -= told_; }
  fragment_gauge(const fragment_gauge&) = delete;
  fragment_gauge& operator=(const fragment_gauge&) = delete;
  void tell(std::size_t bytes_held) {
    on_->fragment_bytes += bytes_held - told_;
    told_ = bytes_held;
  }

private:
  std::shared_ptr<agreement_memory> on_;
  std::size_t told_ = 0;
};

struct state {
  std::shared_ptr<receiver_lease> lease;
  std::optional<fragment_gauge> fragments;
  std::optional<shell<source_window, inside, wiring>> core;
  static inline const char* name = "receiver";
};

void wiring::operator()(const send_packet& order) {
  auto labels = trace.labels();
  if (order.to == links.options.self)
    send(self, links.front, loop_packet{order.what});
  else
    send(self, links.peers, framed(order.to, order.what, std::move(labels)));
}

void wiring::operator()(const source_window::recorded& which) const {
  memory->recorded(which.sequence);
  send(self, links.front, deliveries_recorded{source, which.up_to});
}

void wiring::operator()(const source_window::suspected& found) const {
  send(self, links.front, found);
}

void wiring::operator()(source_window::validate ask) const {
  send(self, links.data,
       datatype::validate_operation{source, std::move(ask), datatype::validation_taker{self}});
}

void wiring::operator()(const source_window::deliver& agreed) const {
  links.options.memory->delivered += agreed.what->header.operations;
  send(self, links.data, datatype::apply_operation{agreed.what});
  send(self, links.front, certificate_delivered{agreed.what});
}

void wiring::operator()(source_window::hand_locks told) const {
  if (told.what.delivered > 0 && !told.what.proof)
    told.what.base = links.options.memory->base().proof;
  send(self, links.peers, framed(told.to, std::make_shared<const lock_answer>(std::move(told.what))));
}

void wiring::operator()(const own_refusal& why) const {
  send(self, links.front, why);
}

void wiring::operator()(const numbers_disputed& which) const {
  send(self, links.front, which);
}

void wiring::operator()(const source_window::behind& lack) const {
  send(self, links.front, lack);
}

void wiring::operator()(const report& complaint) const {
  const auto code = static_cast<brb_errc>(complaint.code);
  if (code == brb_errc::overloaded)
    ++links.options.memory->overloaded;
  if (const auto cost = cost_of(code))
    send(self, links.peers, peer::misbehaved{complaint.peer, std::string{name(code)}, cost});
}

inside::behavior_type receiver_actor(self_pointer self, node_context context, child_links links,
                                     peer_id source, std::shared_ptr<source_memory> memory, view_ptr now,
                                     std::shared_ptr<receiver_lease> lease) {
  self->state.lease = std::move(lease);
  self->state.fragments.emplace(links.options.memory);
  source_window window{{links.options.self, links.options.network, source, links.describe,
                        links.options.memory->readable, packet_trace::traced(context)},
                       now};
  const auto known = memory->recall();
  window.restore(known.forgotten);
  for (const auto& record : known.promises)
    window.restore(record);
  for (const auto& lock : known.uncertain_locks)
    window.restore_uncertain(lock);
  for (const auto& done : known.unrecorded)
    window.restore_unrecorded(done);
  auto& core = self->state.core.emplace(self, context, links.desk, std::move(window),
                                        wiring{self, context, links, source, memory});
  core.start();
  const auto feed = [self](const auto& input) {
    self->state.core->feed_from(input.from, input);
    self->state.fragments->tell(self->state.core->machine().fragment_bytes());
  };
  return {[feed](const send_received& input) { feed(input); },
          [feed](const fragment_received& input) { feed(input); },
          [feed](const certificate_received& input) { feed(input); },
          [self](const backlog_received& input) { self->state.core->feed_from(input.from, input); },
          [self](const locks_asked& input) { self->state.core->feed_from(input.from, input); },
          [self](const locks_told& input) { self->state.core->feed_from(input.from, input); },
          [self](const validated& answer) { self->state.core->feed(answer); },
          [self](const view_update& update) { self->state.core->feed(update); },
          [self](timer_fired fired) { self->state.core->wake(fired); },
          [self](const persisted& done) { self->state.core->feed(done); },
          [self](const verified& done) {
            self->state.core->feed(done);
            self->state.fragments->tell(self->state.core->machine().fragment_bytes());
          },
          [self](const signed_off& done) { self->state.core->feed(done); }};
}

} // namespace

receiver_handle spawn_receiver(caf::actor_system& system, node_context context, child_links links,
                               const peer_id& source, std::shared_ptr<source_memory> memory, view_ptr now) {
  // From here on, as the actor may run first when its front has ended.
  auto lease = std::make_shared<receiver_lease>(links.options.memory);
  return spawn(system, std::move(context), receiver_actor, std::move(links), source, std::move(memory),
               std::move(now), std::move(lease));
}

} // namespace troupe::brb
