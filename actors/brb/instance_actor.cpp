// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/packet_trace.hpp"
#include "actors/brb/receiver_actor.hpp"
#include "actors/runtime/shell/shell.hpp"

namespace troupe::brb {
namespace {

using inside = with_shell<instance_handle>;
struct state;
using self_pointer = self_ptr<inside, state>;

/// What the machine wants done.
struct wiring {
  self_pointer self;
  node_context context;
  child_links links;
  std::uint64_t sequence;
  packet_trace trace{context, links.options};

  void operator()(const send_packet& order);
  void operator()(const delivering& what) { trace.leaving(what); }
  void operator()(const handling& what) const { trace.arrived(what); }
  void operator()(const instance::settled&) const;
  void operator()(const instance::failed& why) const;
  void operator()(const instance::finished&) const;
  void operator()(const report& complaint) const;
};

struct state {
  std::optional<shell<instance, inside, wiring>> core;
  static inline const char* name = "instance";
};

void wiring::operator()(const send_packet& order) {
  auto labels = trace.labels();
  if (order.to == links.options.self)
    send(self, links.front, loop_packet{order.what});
  else
    send(self, links.peers, framed(order.to, order.what, std::move(labels)));
}

void wiring::operator()(const instance::settled&) const {
  send(self, links.front, instance_settled{sequence});
}

void wiring::operator()(const instance::failed& why) const {
  send(self, links.front, instance_failed{sequence, why.why, why.detail});
  self->quit();
}

void wiring::operator()(const instance::finished&) const {
  send(self, links.front, instance_finished{sequence});
  self->quit();
}

void wiring::operator()(const report& complaint) const {
  const auto code = static_cast<brb_errc>(complaint.code);
  if (const auto cost = cost_of(code))
    send(self, links.peers, peer::misbehaved{complaint.peer, std::string{name(code)}, cost});
}

inside::behavior_type instance_actor(self_pointer self, node_context context, child_links links,
                                     operations::start_instance what, view_ptr now) {
  instance_options with{links.options.self, links.options.network, what.header, what.payload, links.describe};
  with.traced = packet_trace::traced(context);
  with.coding = links.options.coding;
  with.resend_first = links.options.operation_resend_first;
  with.resend_max = links.options.resend_max;
  auto& core = self->state.core.emplace(self, context, links.desk, instance{with, now},
                                        wiring{self, context, links, what.header.sequence});
  core.start();
  return {[self](const echo_received& input) { self->state.core->feed_from(input.from, input); },
          [self](const acknowledged& input) { self->state.core->feed_from(input.from, input); },
          [self](const own_refusal& input) { self->state.core->feed(input); },
          [self](const peer_returned& input) { self->state.core->feed(input); },
          [self](const retry& input) { self->state.core->feed(input); },
          [self](const view_update& update) { self->state.core->feed(update); },
          [self](timer_fired fired) { self->state.core->wake(fired); },
          [self](const persisted& done) { self->state.core->feed(done); },
          [self](const verified& done) { self->state.core->feed(done); },
          [self](const signed_off& done) { self->state.core->feed(done); }};
}

} // namespace

instance_handle spawn_instance(caf::actor_system& system, node_context context, child_links links,
                               operations::start_instance what, view_ptr now) {
  return spawn(system, std::move(context), instance_actor, std::move(links), std::move(what), std::move(now));
}

} // namespace troupe::brb
