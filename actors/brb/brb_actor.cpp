// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/brb_actor.hpp"

#include "actors/brb/front_actor.hpp"

namespace troupe::brb {
namespace {

/// A handler of one kind of frame: a crash in it is charged to the peer.
template <class Table>
auto frame_handler(front_pointer self, void (front::*handler)(const peer_id&, const Table&)) {
  return [self, handler](const peer::received& how, const flat<Table>& frame) {
    if (frame && self->state.body->started())
      charged_to(how.from, [&] { (self->state.body.get()->*handler)(how.from, *frame); });
  };
}

front_inside::behavior_type brb_actor(front_pointer self, node_context context, agreement_options options,
                                      brb_links links) {
  self->state.body = std::make_unique<front>(self, context, options, links);
  self->state.body->start();
  return {
    frame_handler(self, &front::on_send),
    frame_handler(self, &front::on_echo),
    frame_handler(self, &front::on_certificate),
    frame_handler(self, &front::on_delivered),
    frame_handler(self, &front::on_request),
    frame_handler(self, &front::on_page),
    [self](const peer::joined& event) { self->state.body->on_joined(event.peer); },
    [](const peer::identified&) {},
    [self](const peer::left& event) { self->state.body->on_left(event.peer); },
    [self](const execute& command) { return self->state.body->on_execute(command); },
    [self](const catch_up_from& command) { return self->state.body->on_catch_up(command); },
    [self](const retry_all&) { return self->state.body->on_retry(); },
    [self](const get_dump&) { return self->state.body->dump(); },
    [self, own = options.self](const loop_packet& looped) { self->state.body->route(own, looped.what); },
    [self](const certificate_delivered& done) { self->state.body->on_delivery(done); },
    [self](const own_refusal& why) { self->state.body->on_own_refusal(why); },
    [self](const source_window::behind& lack) { self->state.body->on_behind(lack.peer); },
    [self](const instance_settled& which) { self->state.body->on_settled(which); },
    [self](const instance_failed& which) { self->state.body->on_failed(which); },
    [self](const instance_finished& which) { self->state.body->on_finished(which); },
    [self](const membership::view_message& changed) { self->state.body->on_view(changed.now); },
    [self](const membership::catch_up&) { self->state.body->on_waiting_votes(); },
    [self](const prepared& answer) { self->state.body->on_prepared(answer); },
    [self](timer_fired fired) { self->state.body->wake(fired); },
    [](const persisted&) {},
    [](const verified&) {},
    [](const signed_off&) {}};
}

} // namespace

brb_handle spawn_brb(caf::actor_system& system, node_context context, agreement_options options,
                     brb_links links) {
  return spawn(system, std::move(context), brb_actor, std::move(options), std::move(links));
}

} // namespace troupe::brb
