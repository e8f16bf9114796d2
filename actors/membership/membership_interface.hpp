// SPDX-License-Identifier: BSD-3-Clause
// The typed handle of the voting group, the signals that go with it, and how it is started.
#pragma once

#include "actors/brb/agreement_options.hpp"
#include "actors/membership/voting_group.hpp"
#include "actors/peer/peer_interface.hpp"
#include "actors/runtime/shell/crypto_desk.hpp"
#include "messages/codec/brb_wire.hpp"

namespace troupe {

/// Answer to a command: nothing, or the name of what is wrong.
struct outcome {
  std::string error;
};

} // namespace troupe

namespace troupe::membership {

/// trust, untrust (forced) and join, leave (proposed).
struct change_members {
  reconfig what;
  bool forced = false;
};
/// Propose that it leaves, if that can be done now; nobody waits for what comes of it.
struct expel {
  peer_id who;
};
struct get_view {};
struct view_message {
  view_ptr now;
};
/// Votes of an anti-entropy page.
struct votes_found {
  peer_id from;
  std::vector<signed_vote_ptr> votes;
};

} // namespace troupe::membership

template <>
inline constexpr std::string_view troupe::signal_name<troupe::outcome> = "agreement.outcome";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::membership::change_members> =
  "membership.change_members";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::membership::expel> = "membership.expel";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::membership::get_view> = "membership.get_view";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::membership::view_message> = "membership.view";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::membership::votes_found> =
  "membership.votes_found";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::membership::catch_up> = "membership.catch_up";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::membership::operation_started> =
  "membership.operation_started";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::membership::retry_votes> =
  "membership.retry_votes";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::membership::member_returned> =
  "membership.member_returned";
template <>
inline constexpr std::string_view troupe::flat_name<troupe::wire::MembershipVote> = "mbr.vote";
template <>
inline constexpr std::string_view troupe::flat_name<troupe::wire::ConsentRequest> = "mbr.consent?";
template <>
inline constexpr std::string_view troupe::flat_name<troupe::wire::ConsentAnswer> = "mbr.consent";

namespace troupe::membership {

/// Hears of every change of the view, and when the group has waited long for votes.
using view_watcher = handle<takes<view_message>, takes<catch_up>>;

struct watch_view {
  view_watcher who;
};

} // namespace troupe::membership

template <>
inline constexpr std::string_view troupe::signal_name<troupe::membership::watch_view> =
  "membership.watch_view";

namespace troupe::membership {

inline constexpr const char* protocol_id = "/troupe/membership/1";

using membership_handle =
  handle<takes<peer::received, flat<wire::MembershipVote>>, takes<peer::received, flat<wire::ConsentRequest>>,
         takes<peer::received, flat<wire::ConsentAnswer>>, takes<votes_found>, takes<expel>,
         takes<operation_started>, takes<retry_votes>, takes<member_returned>, takes<watch_view>,
         answers<outcome, change_members>, answers<view_message, get_view>>;

using messages =
  message_list<flat<wire::MembershipVote>, flat<wire::ConsentRequest>, flat<wire::ConsentAnswer>, outcome,
               change_members, expel, get_view, view_message, votes_found, catch_up, operation_started,
               retry_votes, member_returned, watch_view>;

struct membership_links {
  peer::peers_handle peers; ///< may be null in tests
  ticket_desk desk;
};

membership_handle spawn_membership(caf::actor_system& system, node_context context,
                                   brb::agreement_options options, membership_links links);

} // namespace troupe::membership
