// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/checkpoint_actor.hpp"

#include "actors/brb/checkpoint_records.hpp"
#include "actors/runtime/shell/shell.hpp"

namespace troupe::brb {
namespace {

/// What both machines want done.
template <class Self>
struct checkpoint_wiring {
  Self self;
  child_links links;

  void operator()(const send_packet& order) const { send(self, links.peers, framed(order.to, order.what)); }
  void operator()(const supersede& order) const {
    const auto& covered = order.by.delivered();
    const bool ordered = links.options.memory->order_checkpoint(covered, [&] {
      send(self, links.store,
           store::supersede_order{order.id, ticket_taker{self}, records_of(order.by), still_binding(covered),
                                  encode(promise{covered_promise{covered}})});
    });
    if (!ordered)
      send(self, ticket_taker{self}, persisted{order.id, false});
  }
  void operator()(const base_moved& moved) const { send(self, links.front, moved); }
  void operator()(const state_transfer::adopted& state) const { send(self, links.front, state); }
  void operator()(const report& complaint) const {
    const auto code = static_cast<brb_errc>(complaint.code);
    if (const auto cost = cost_of(code))
      send(self, links.peers, peer::misbehaved{complaint.peer, std::string{name(code)}, cost});
  }
};

using checkpoints_inside = with_shell<checkpoints_handle>;
struct checkpoints_state;
using checkpoints_pointer = self_ptr<checkpoints_inside, checkpoints_state>;
struct checkpoints_state {
  std::optional<shell<checkpoints, checkpoints_inside, checkpoint_wiring<checkpoints_pointer>>> core;
  static inline const char* name = "checkpoints";
};

using transfer_inside = with_shell<state_transfer_handle>;
struct transfer_state;
using transfer_pointer = self_ptr<transfer_inside, transfer_state>;
struct transfer_state {
  std::optional<shell<state_transfer, transfer_inside, checkpoint_wiring<transfer_pointer>>> core;
  static inline const char* name = "state-transfer";
};

checkpoints machine_of(const child_links& links, const std::vector<certificate_ptr>& delivered,
                       const view_ptr& now) {
  const auto& options = links.options;
  trailing_state trailing{options.type.make, options.memory->base()};
  for (const auto& done : delivered)
    trailing.delivered(done);
  checkpoint_options how{options.self, options.network};
  how.every = options.checkpoint_every;
  how.at_least_every = options.checkpoint_at_least_every;
  return {how, now, std::move(trailing)};
}

checkpoints_inside::behavior_type checkpoints_actor(checkpoints_pointer self, node_context context,
                                                    child_links links, std::vector<certificate_ptr> delivered,
                                                    view_ptr now) {
  auto& core = self->state.core.emplace(self, context, links.desk, machine_of(links, delivered, now),
                                        checkpoint_wiring<checkpoints_pointer>{self, links});
  core.start();
  return {[self](const certificate_delivered& done) { self->state.core->feed(done); },
          [self](const checkpoint_vote_received& input) { self->state.core->feed_from(input.from, input); },
          [self](const checkpoint_received& input) { self->state.core->feed_from(input.from, input); },
          [self](const view_update& update) { self->state.core->feed(update); },
          [self](timer_fired fired) { self->state.core->wake(fired); },
          [self](const persisted& done) { self->state.core->feed(done); },
          [self](const verified& done) { self->state.core->feed(done); },
          [self](const signed_off& done) { self->state.core->feed(done); }};
}

transfer_inside::behavior_type state_transfer_actor(transfer_pointer self, node_context context,
                                                    child_links links, view_ptr now) {
  state_transfer_options how{links.options.self, links.options.network, links.options.type.make};
  how.lost = links.options.memory->lost();
  auto& core = self->state.core.emplace(self, context, links.desk,
                                        state_transfer{how, now, links.options.memory->base()},
                                        checkpoint_wiring<transfer_pointer>{self, links});
  core.start();
  return {[self](const base_moved& moved) { self->state.core->feed(moved); },
          [self](const checkpoint_offered& input) { self->state.core->feed_from(input.from, input); },
          [self](const state_asked& input) { self->state.core->feed_from(input.from, input); },
          [self](const state_part_received& input) { self->state.core->feed_from(input.from, input); },
          [self](const view_update& update) { self->state.core->feed(update); },
          [self](timer_fired fired) { self->state.core->wake(fired); },
          [self](const persisted& done) { self->state.core->feed(done); },
          [self](const verified& done) { self->state.core->feed(done); },
          [](const signed_off&) {}};
}

} // namespace

checkpoints_handle spawn_checkpoints(caf::actor_system& system, node_context context, child_links links,
                                     std::vector<certificate_ptr> delivered, view_ptr now) {
  return spawn(system, std::move(context), checkpoints_actor, std::move(links), std::move(delivered),
               std::move(now));
}

state_transfer_handle spawn_state_transfer(caf::actor_system& system, node_context context, child_links links,
                                           view_ptr now) {
  return spawn(system, std::move(context), state_transfer_actor, std::move(links), std::move(now));
}

} // namespace troupe::brb
