// SPDX-License-Identifier: BSD-3-Clause
#include "actors/membership/membership_interface.hpp"

#include "actors/brb/packet_trace.hpp"
#include "actors/runtime/shell/shell.hpp"
#include "messages/codec/frame_writer.hpp"

#include <caf/typed_response_promise.hpp>
#include <fmt/format.h>

#include <map>

namespace troupe::membership {
namespace {

using inside = with_shell<membership_handle>;
struct state;
using self_pointer = self_ptr<inside, state>;

constexpr std::uint32_t forged_cost =
  20; ///< score points for a vote with a false signature or a malformed one

constexpr std::size_t watchers_max = 8;
constexpr std::size_t joins_max = 64;

using answer_promise = caf::typed_response_promise<outcome>;

/// What the machine wants done.
struct links {
  self_pointer self;
  node_context context;
  brb::agreement_options options;
  peer::peers_handle peers;
  brb::packet_trace trace{context, options};

  void operator()(const send_vote& order);
  void operator()(const ask_consent& order) const;
  void operator()(const send_consent& order) const;
  void operator()(const join_settled& done) const;
  void operator()(const delivering& what) { trace.leaving(what); }
  void operator()(const handling& what) const { trace.arrived(what); }
  void operator()(const remember& stored) const { options.memory->membership->remember(stored.what); }
  void operator()(const view_changed&) const;
  void operator()(const group_settled& settled) const;
  void operator()(const catch_up& wish) const;
  void operator()(const report& complaint) const;
};

struct state {
  std::optional<shell<voting_group, inside, links>> core;
  std::deque<view_watcher> watchers;
  std::multimap<peer_id, answer_promise> joins; ///< commands that wait for the joiner's consent; joins_max
  static inline const char* name = "membership";
};

void links::operator()(const send_vote& order) {
  const auto frame = encode(*order.vote);
  send(self, peers,
       peer::send_frames{order.to, protocol_id,
                         single_frame(frame_type_v<wire::MembershipVote>, frame.view()), trace.labels()});
}

template <class Table>
peer::send_frames framed(const peer_id& to, const flat<Table>& what) {
  return {to, protocol_id, single_frame(frame_type_v<Table>, what.view()), {}};
}

void links::operator()(const ask_consent& order) const {
  send(self, peers, framed(order.to, encode(order.what)));
}

void links::operator()(const send_consent& order) const {
  send(self, peers, framed(order.to, encode(order.what)));
}

void links::operator()(const join_settled& done) const {
  const auto [first, last] = self->state.joins.equal_range(done.who);
  for (auto one = first; one != last; ++one)
    one->second.deliver(outcome{done.error ? std::string{name(*done.error)} : std::string{}});
  self->state.joins.erase(first, last);
}

void links::operator()(const report& complaint) const {
  const auto code = static_cast<membership_errc>(complaint.code);
  if (code == membership_errc::overloaded)
    ++options.memory->overloaded;
  if (code == membership_errc::signature)
    send(self, peers, peer::misbehaved{complaint.peer, std::string{name(code)}, forged_cost});
}

void links::operator()(const view_changed&) const {
  const auto now = std::make_shared<const view>(self->state.core->snapshot());
  for (const auto& watcher : self->state.watchers)
    send(self, watcher, view_message{now});
  if (options.changed)
    options.changed();
}

void links::operator()(const group_settled& settled) const {
  send(self, peers, peer::set_group{settled.group});
}

void links::operator()(const catch_up& wish) const {
  for (const auto& watcher : self->state.watchers)
    send(self, watcher, wish);
}

voting_group restored(const brb::agreement_options& options, bool traced) {
  voting_group_options with{options.self, options.network};
  with.traced = traced;
  with.members_soft_max = options.members_soft_max;
  with.consents = options.consents;
  with.tells_joiners = !options.manual_anti_entropy;
  with.promises_readable = options.memory->readable;
  with.resend_first = options.vote_resend_first;
  with.resend_max = options.resend_max;
  voting_group group{with};
  for (const auto& record : options.memory->membership->promises())
    group.restore(record);
  return group;
}

void on_frame(self_pointer self, const peer::received& how, const wire::MembershipVote& frame) {
  auto& core = *self->state.core;
  auto vote = decode(frame, core.own().options.network);
  if (vote)
    return core.feed_from(how.from, vote_received{how.from, std::move(*vote)});
  core.context().line(log_level::info, fmt::format("[CLI] dropping packet: {}", name(vote.error())));
  send(self, core.own().peers, peer::misbehaved{how.from, std::string{name(vote.error())}, forged_cost});
}

/// The latest ones: whoever restarts watches again under its new address, and its old one hears nobody.
void add_watcher(self_pointer self, const view_watcher& who) {
  auto& watchers = self->state.watchers;
  watchers.push_back(who);
  if (watchers.size() > watchers_max)
    watchers.pop_front();
}

answer_promise on_command(self_pointer self, const change_members& command) {
  auto& core = *self->state.core;
  const auto& who = command.what.who;
  const bool joins = command.what.kind == change_kind::join;
  const auto* verb = command.forced ? (joins ? "Trusting" : "Untrusting")
                                    : (joins ? "Starting join for" : "Starting leave for");
  core.context().line(log_level::info, fmt::format("[P2P] {} actor: {}", verb, short_name(who)));
  auto answer = self->make_response_promise<outcome>();
  const auto done = [&](std::string error) {
    answer.deliver(outcome{std::move(error)});
    return answer;
  };
  if (command.forced) {
    const auto forced = core.feed(force_change{command.what});
    return done(forced ? std::string{} : std::string{name(forced.error())});
  }
  if (self->state.joins.size() >= joins_max)
    return done(std::string{name(membership_errc::overloaded)});
  const auto result = core.feed(propose_change{command.what});
  if (!result)
    return done(std::string{name(result.error())});
  if (*result == proposed::cast)
    return done({});
  self->state.joins.emplace(who, answer);
  return answer;
}

/// The answer of a peer whose frame has no other content to judge.
template <class Input, class Table>
void on_consent(self_pointer self, const peer::received& how, const flat<Table>& frame) {
  if (frame)
    self->state.core->feed_from(how.from, Input{how.from, decode(*frame)});
}

inside::behavior_type membership_actor(self_pointer self, node_context context,
                                       brb::agreement_options options, membership_links with) {
  auto& core =
    self->state.core.emplace(self, context, with.desk, restored(options, brb::packet_trace::traced(context)),
                             links{self, context, options, with.peers});
  core.start();
  return {[self](const peer::received& how, const flat<wire::MembershipVote>& frame) {
            if (frame)
              charged_to(how.from, [&] { on_frame(self, how, *frame); });
          },
          [self](const peer::received& how, const flat<wire::ConsentRequest>& frame) {
            on_consent<consent_asked>(self, how, frame);
          },
          [self](const peer::received& how, const flat<wire::ConsentAnswer>& frame) {
            on_consent<consent_received>(self, how, frame);
          },
          [self](const votes_found& found) {
            for (const auto& vote : found.votes)
              self->state.core->feed_from(found.from, vote_received{found.from, vote});
          },
          [self](const expel& order) {
            // Another vote of ours may be in the way: whoever holds the proof asks again.
            static_cast<void>(self->state.core->feed(propose_change{{change_kind::leave, order.who}}));
          },
          [self](const operation_started& settled) { self->state.core->feed(settled); },
          [self](const retry_votes& again) { self->state.core->feed(again); },
          [self](const member_returned& back) { self->state.core->feed(back); },
          [self](const watch_view& watch) {
            add_watcher(self, watch.who);
            send(self, watch.who, view_message{std::make_shared<const view>(self->state.core->snapshot())});
          },
          [self](const change_members& command) { return on_command(self, command); },
          [self](const get_view&) {
            return view_message{std::make_shared<const view>(self->state.core->snapshot())};
          },
          [self](timer_fired fired) { self->state.core->wake(fired); },
          [self](const persisted& done) { self->state.core->feed(done); },
          [self](const verified& done) { self->state.core->feed(done); },
          [self](const signed_off& done) { self->state.core->feed(done); }};
}

} // namespace

membership_handle spawn_membership(caf::actor_system& system, node_context context,
                                   brb::agreement_options options, membership_links links) {
  return spawn(system, std::move(context), membership_actor, std::move(options), std::move(links));
}

} // namespace troupe::membership
