// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/role/role_actor.hpp"

#include "actors/brb/receiver_actor.hpp"
#include "messages/codec/frame_writer.hpp"

namespace troupe::lab {
namespace {

using inside = with_timers<role_handle>;

struct role_state {
  std::unique_ptr<role> how;
  static inline const char* name = "liar";
};
using self_pointer = inside::stateful_pointer<role_state>;

struct to_frames {
  const peer_id& to;

  peer::send_frames operator()(const brb::packet& what) const { return brb::framed(to, what, {}); }
  peer::send_frames operator()(const membership::signed_vote_ptr& what) const {
    const auto bundle = membership::encode(*what);
    return {to, membership::protocol_id, single_frame(frame_type_v<wire::MembershipVote>, bundle.view())};
  }
  peer::send_frames operator()(const role::raw_frame& what) const {
    return {to, what.protocol, single_frame(what.type, what.payload)};
  }
};

void pump(self_pointer self, const peer::peers_handle& peers) {
  while (const auto order = self->state.how->poll())
    send(self, peers, std::visit(to_frames{order->to}, order->what));
}

/// What an honest node's codec would refuse does not reach the role.
template <class Message>
void feed(self_pointer self, const peer::peers_handle& peers, const peer_id& from, Message decoded) {
  if (!decoded)
    return;
  self->state.how->handle(from, role::received{std::move(*decoded)});
  pump(self, peers);
}

template <class Wire, class Make>
auto heard(self_pointer self, const peer::peers_handle& peers, Make make) {
  return
    [=](const peer::received& how, const flat<Wire>& frame) { feed(self, peers, how.from, make(*frame)); };
}

inside::behavior_type role_actor(self_pointer self, node_context context, peer::peers_handle peers,
                                 role_kind which, role_options options) {
  self->state.how = make_role(which, options);
  const auto wait = [=] {
    send_after(self, handle<takes<timer_fired>>{self}, role_tick,
               timer_fired{context.clock->now() + role_tick});
  };
  wait();
  const auto as_packet = [](auto what) { return brb::packet{std::move(what)}; };
  return {
    heard<wire::BrbSend>(self, peers,
                         [=](const auto& frame) {
                           return brb::decode(frame).map([](brb::send_message what) {
                             return brb::packet{std::make_shared<const brb::send_message>(std::move(what))};
                           });
                         }),
    heard<wire::BrbFragment>(self, peers,
                             [=](const auto& frame) {
                               return brb::decode(frame).map([](brb::fragment_message what) {
                                 return brb::packet{
                                   std::make_shared<const brb::fragment_message>(std::move(what))};
                               });
                             }),
    heard<wire::BrbEcho>(self, peers, [=](const auto& frame) { return brb::decode(frame).map(as_packet); }),
    heard<wire::BrbCertificate>(self, peers,
                                [=](const auto& frame) {
                                  return brb::decode(frame).map([](brb::certificate what) {
                                    return brb::packet{brb::certificate_out{
                                      std::make_shared<const brb::certificate>(std::move(what)), true}};
                                  });
                                }),
    heard<wire::BrbDelivered>(self, peers,
                              [=](const auto& frame) { return brb::decode(frame).map(as_packet); }),
    heard<wire::AntiEntropyRequest>(self, peers,
                                    [=](const auto& frame) { return brb::decode(frame).map(as_packet); }),
    heard<wire::AntiEntropyPage>(
      self, peers, [=](const auto& frame) { return brb::decode(frame, options.network).map(as_packet); }),
    // No role signs, asks for or serves a checkpoint.
    [](const peer::received&, const flat<wire::BrbCheckpointVote>&) {},
    [](const peer::received&, const flat<wire::BrbCheckpoint>&) {},
    [](const peer::received&, const flat<wire::CheckpointStateRequest>&) {},
    [](const peer::received&, const flat<wire::CheckpointStatePage>&) {},
    heard<wire::BrbEvidence>(self, peers,
                             [=](const auto& frame) { return brb::decode(frame).map(as_packet); }),
    // Nor does one have others import its locks.
    [](const peer::received&, const flat<wire::BrbLockQuery>&) {},
    [](const peer::received&, const flat<wire::BrbLocks>&) {},
    heard<wire::MembershipVote>(
      self, peers, [=](const auto& frame) { return membership::decode(frame, options.network); }),
    [=](const peer::joined& event) {
      self->state.how->joined(event.peer);
      pump(self, peers);
    },
    [](const peer::identified&) {}, [](const peer::left&) {},
    [=](const role_command& what) {
      self->state.how->execute(what.payload);
      pump(self, peers);
    },
    [=](timer_fired) {
      self->state.how->tick();
      pump(self, peers);
      wait();
    }};
}

} // namespace

role_handle spawn_role(caf::actor_system& system, node_context context, peer::peers_handle peers,
                       role_kind which, role_options options) {
  return spawn(system, std::move(context), role_actor, std::move(peers), which, std::move(options));
}

} // namespace troupe::lab
