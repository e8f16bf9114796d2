// SPDX-License-Identifier: BSD-3-Clause
#include "actors/membership/membership_interface.hpp"

#include "actors/brb/packet_trace.hpp"
#include "actors/runtime/shell/shell.hpp"
#include "messages/codec/frame_writer.hpp"

#include <fmt/format.h>

namespace troupe::membership {
namespace {

using inside = with_shell<membership_handle>;
struct state;
using self_pointer = self_ptr<inside, state>;

constexpr std::uint32_t forged_cost =
  20; ///< score points for a vote with a false signature or a malformed one

constexpr std::size_t watchers_max = 8;

/// What the machine wants done.
struct links {
  self_pointer self;
  node_context context;
  brb::agreement_options options;
  peer::peers_handle peers;
  brb::packet_trace trace{context, options};

  void operator()(const send_vote& order);
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
  static inline const char* name = "membership";
};

void links::operator()(const send_vote& order) {
  const auto frame = encode(*order.vote);
  send(self, peers,
       peer::send_frames{order.to, protocol_id,
                         single_frame(frame_type_v<wire::MembershipVote>, frame.view()), trace.labels()});
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

outcome on_command(self_pointer self, const change_members& command) {
  auto& core = *self->state.core;
  const bool joins = command.what.kind == change_kind::join;
  const auto* verb = command.forced ? (joins ? "Trusting" : "Untrusting")
                                    : (joins ? "Starting join for" : "Starting leave for");
  core.context().line(log_level::info, fmt::format("[P2P] {} actor: {}", verb, short_name(command.what.who)));
  const auto done =
    command.forced ? core.feed(force_change{command.what}) : core.feed(propose_change{command.what});
  return {done ? std::string{} : std::string{name(done.error())}};
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
          [self](const votes_found& found) {
            for (const auto& vote : found.votes)
              self->state.core->feed_from(found.from, vote_received{found.from, vote});
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
