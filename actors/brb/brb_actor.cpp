// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/brb_actor.hpp"

#include "actors/brb/front_actor.hpp"

#include <functional>

namespace troupe::brb {
namespace {

/// A handler of one kind of frame: a crash in it is charged to the peer.
template <class Table>
auto mending_handler(front_pointer self, void (front::*handler)(const peer_id&, const Table&)) {
  return [self, handler](const peer::received& how, const flat<Table>& frame) {
    if (frame && self->state.body->started())
      charged_to(how.from, [&] { (self->state.body.get()->*handler)(how.from, *frame); });
  };
}

/// Of all but those that bring a lost checkpoint back: who has lost it knows nothing to answer by.
template <class Table>
auto frame_handler(front_pointer self, void (front::*handler)(const peer_id&, const Table&)) {
  return
    [self, handle = mending_handler(self, handler)](const peer::received& how, const flat<Table>& frame) {
      if (self->state.body->whole())
        handle(how, frame);
    };
}

/// A handler of what the front's own side tells it: of no use while it begins anew, as its children then do
/// too.
template <class Message, class Handler>
auto from_inside(front_pointer self, Handler handler) {
  return [self, handler](const Message& what) {
    if (self->state.body->started())
      std::invoke(handler, *self->state.body, what);
  };
}

front_inside::behavior_type brb_actor(front_pointer self, node_context context, agreement_options options,
                                      brb_links links) {
  self->state.body = std::make_unique<front>(self, context, options, links);
  self->state.body->start();
  return {frame_handler(self, &front::on_send),
          frame_handler(self, &front::on_fragment),
          frame_handler(self, &front::on_echo),
          frame_handler(self, &front::on_certificate),
          frame_handler(self, &front::on_delivered),
          frame_handler(self, &front::on_request),
          mending_handler(self, &front::on_page),
          frame_handler(self, &front::on_checkpoint_vote),
          frame_handler(self, &front::on_checkpoint),
          frame_handler(self, &front::on_state_request),
          mending_handler(self, &front::on_state_page),
          frame_handler(self, &front::on_evidence),
          frame_handler(self, &front::on_lock_query),
          frame_handler(self, &front::on_locks),
          [self](const peer::joined& event) { self->state.body->on_joined(event.peer); },
          [](const peer::identified&) {},
          [self](const peer::left& event) { self->state.body->on_left(event.peer); },
          [self](const execute& command) { return self->state.body->on_execute(command); },
          [self](const catch_up_from& command) { return self->state.body->on_catch_up(command); },
          [self](const retry_all&) { return self->state.body->on_retry(); },
          [self](const get_dump&) { return self->state.body->dump(); },
          from_inside<loop_packet>(
            self, [own = options.self](front& at, const loop_packet& looped) { at.route(own, looped.what); }),
          from_inside<certificate_delivered>(self, &front::on_delivery),
          from_inside<deliveries_recorded>(self, &front::on_recorded),
          from_inside<own_refusal>(self, &front::on_own_refusal),
          from_inside<numbers_disputed>(self, &front::on_numbers_disputed),
          from_inside<source_window::suspected>(self, &front::on_suspected),
          from_inside<source_window::behind>(
            self, [](front& at, const source_window::behind& lack) { at.on_behind(lack.peer); }),
          from_inside<instance_settled>(self, &front::on_settled),
          from_inside<instance_failed>(self, &front::on_failed),
          from_inside<instance_finished>(self, &front::on_finished),
          from_inside<base_moved>(self, &front::on_base_moved),
          from_inside<state_transfer::adopted>(self, &front::on_adopted),
          from_inside<membership::view_message>(
            self, [](front& at, const membership::view_message& changed) { at.on_view(changed.now); }),
          from_inside<membership::catch_up>(
            self, [](front& at, const membership::catch_up&) { at.on_waiting_votes(); }),
          from_inside<prepared>(self, &front::on_prepared),
          [self](timer_fired fired) { self->state.body->wake(fired); },
          from_inside<persisted>(self, &front::on_persisted),
          from_inside<verified>(self, &front::on_verified),
          [](const signed_off&) {}};
}

} // namespace

brb_handle spawn_brb(caf::actor_system& system, node_context context, agreement_options options,
                     brb_links links) {
  return spawn(system, std::move(context), brb_actor, std::move(options), std::move(links));
}

} // namespace troupe::brb
