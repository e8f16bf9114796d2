// SPDX-License-Identifier: BSD-3-Clause
// How one verified vote is judged, logged and answered: spec: brb 3.2 and 3.3, in their order.
#include "actors/brb/quorum.hpp"
#include "actors/membership/voting_group.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace troupe::membership {

void voting_group::process(const vote_received& input) {
  if (agrees_with_history(*input.vote))
    return;
  if (input.vote->gen > gen_.next() && hold(input))
    return;
  effects_.push(handled(input.from, *input.vote));
  if (const auto decision = decision_in(input.vote)) {
    if (storing_.size() >= storing_max)
      return refuse(input.from, membership_errc::overloaded); // its sender has it still when we ask again
    // A proven decision stands whatever single votes we hold: a voter that equivocated must not wedge us
    // (defect B12).
    say(note::level::info, "[MBR] Detected super majority over super majorities");
    say(note::level::info, "[MBR] Adding vote to history");
    store(promise{decided_promise{decision}});
    return decide(decision);
  }
  if (const auto valid = validate(*input.vote); !valid)
    return refuse(input.from, valid.error());
  freeze();
  const auto& voter = input.vote->voter;
  const auto known = votes_.find(voter);
  const bool against_known = known != votes_.end() && contradict(*known->second, *input.vote);
  for (const auto& below : input.vote->all_nested)
    log(below);
  log(input.vote);
  if (const auto kept = votes_.find(input.from); kept != votes_.end() && kept->second->id == input.vote->id &&
                                                 kept->second->ballot != ballot_kind::super_majority)
    renewed_.insert(input.from);
  if (faults_.contains(voter) && voter == input.from)
    refuse(input.from, against_known ? membership_errc::existing_vote_incompatible_with_new_vote
                                     : membership_errc::voter_changed_mind);
  if (!std::exchange(fresh_faults_, {}).empty())
    handle(retry_votes{}, {}); // the others need the proof as much as we do
  effects_.push(view_changed{});
  step(input.vote);
}

bool voting_group::hold(const vote_received& input) {
  if (ahead_.size() == waiting_votes_max)
    return false;
  // A joiner hears of the decision that let it in before it knows those that led there.
  if (ahead_.empty())
    effects_.push(catch_up{});
  ahead_.push_back(input);
  return true;
}

void voting_group::release_held() {
  const auto due = std::stable_partition(
    ahead_.begin(), ahead_.end(), [&](const vote_received& one) { return one.vote->gen > gen_.next(); });
  inbox_.insert(inbox_.begin(), due, ahead_.end());
  ahead_.erase(due, ahead_.end());
}

void voting_group::refuse(const peer_id& from, membership_errc why) {
  say(note::level::info, fmt::format("[CLI] dropping packet: {}", name(why)));
  if (from != options_.self)
    effects_.push(report{from, static_cast<std::uint8_t>(why)});
}

bool voting_group::agrees_with_history(const signed_vote& vote) const {
  const auto decided = history_.find(vote.gen);
  return decided != history_.end() && decided->second->changes == vote.changes;
}

expected<void, membership_errc> voting_group::validate_one(const signed_vote& vote,
                                                           const std::set<peer_id>& now_members) const {
  if (vote.ballot == ballot_kind::propose) {
    if (auto valid = validate_change(vote.change, now_members); !valid)
      return valid;
    if (vote.change.kind == change_kind::join &&
        (!vote.consent || vote.gen < vote.consent->first || vote.consent->last < vote.gen ||
         vote.consent->last.value() - vote.consent->first.value() >= consent_window_max))
      return unexpected(membership_errc::join_without_consent);
  }
  if (!std::all_of(vote.faults.begin(), vote.faults.end(),
                   [](const fault& one) { return contradict(*one.first, *one.second); }))
    return unexpected(membership_errc::invalid_fault);
  // Over super majorities it would have been taken as a decision if it proved one.
  if (vote.ballot == ballot_kind::super_majority &&
      (sums_up(vote) || !shows_super_majority(vote, now_members)))
    return unexpected(membership_errc::super_majority_ballot_is_not_super_majority);
  if (!now_members.contains(vote.voter))
    return unexpected(membership_errc::non_member);
  return {};
}

expected<void, membership_errc> voting_group::validate_change(const reconfig& change,
                                                              const std::set<peer_id>& now_members) const {
  const bool is_member = now_members.contains(change.who);
  if (change.kind == change_kind::join && is_member)
    return unexpected(membership_errc::join_request_for_existing_member);
  if (change.kind == change_kind::join && now_members.size() >= options_.members_soft_max)
    return unexpected(membership_errc::members_at_capacity);
  if (change.kind == change_kind::leave && !is_member)
    return unexpected(membership_errc::leave_request_for_non_member);
  return {};
}

expected<void, membership_errc> voting_group::validate(const signed_vote& vote) const {
  const auto now_members = members(gen_);
  if (!now_members)
    return unexpected(now_members.error());
  if (now_members->empty())
    return unexpected(membership_errc::no_members);
  if (vote.gen != gen_.next())
    return unexpected(membership_errc::vote_not_for_next_generation);
  const auto group = current_group();
  for (const auto& below : vote.all_nested) {
    if (below->gen != vote.gen)
      return unexpected(membership_errc::merged_votes_must_be_from_same_gen);
    if (below->group != *group)
      return unexpected(membership_errc::foreign_group);
    if (const auto valid = validate_one(*below, *now_members); !valid)
      return valid;
  }
  return validate_one(vote, *now_members);
}

signed_vote_ptr voting_group::decision_in(const signed_vote_ptr& vote) const {
  if (proves_decision(*vote))
    return vote;
  const auto below = std::find_if(vote->all_nested.begin(), vote->all_nested.end(),
                                  [&](const signed_vote_ptr& one) { return proves_decision(*one); });
  return below == vote->all_nested.end() ? nullptr : *below;
}

bool voting_group::proves_decision(const signed_vote& vote) const {
  const auto now_members = members(gen_);
  const auto group = current_group();
  if (vote.gen != gen_.next() || !now_members || !group || vote.changes.empty() ||
      !shows_decision(vote, *now_members))
    return false;
  const auto fits = [&](const signed_vote& one) { return one.gen == vote.gen && one.group == *group; };
  const auto accuses_rightly = [](const signed_vote& one) {
    return std::all_of(one.faults.begin(), one.faults.end(),
                       [](const fault& each) { return contradict(*each.first, *each.second); });
  };
  const auto holds = [&](const signed_vote_ptr& below) {
    return fits(*below) && accuses_rightly(*below) &&
           (below->ballot != ballot_kind::super_majority || shows_super_majority(*below, *now_members));
  };
  return fits(vote) && accuses_rightly(vote) &&
         std::all_of(vote.all_nested.begin(), vote.all_nested.end(), holds);
}

bool voting_group::may_vote() const {
  return options_.promises_readable && members(gen_)->contains(options_.self) &&
         !faults_.contains(options_.self);
}

void voting_group::step(const signed_vote_ptr& cause) {
  if (!may_vote())
    return; // we only learn of decisions
  const auto of = voters();
  if (is_split(votes_, of))
    return on_split(of);
  if (is_decided(votes_, of)) {
    say(note::level::info, "[MBR] Detected super majority over super majorities");
    return cast(ballot_kind::super_majority, super_majorities_for(count(votes_).winner, votes_), true);
  }
  if (is_super_majority(votes_, of))
    return on_super_majority(of);
  if (!votes_.contains(options_.self) && votes_.contains(cause->voter))
    adopt(*cause);
}

void voting_group::adopt(const signed_vote& cause) {
  if (cause.ballot == ballot_kind::propose)
    begin(make_proposal(options_.network, *current_group(), cause.gen, options_.self, cause.change,
                        cause.consent),
          false);
  else
    cast(cause.ballot, cause.nested);
}

void voting_group::on_split(const electorate& of) {
  say(note::level::debug, "[MBR] Detected split vote");
  const auto own = votes_.find(options_.self);
  auto proposals = proposals_of(votes_);
  std::set<reconfig> changes;
  for (const auto& one : proposals)
    changes.insert(one->change);
  if (own != votes_.end() && own->second->changes == changes)
    return;
  // A super-majority ballot of ours is a promise: voters that say one thing here and another elsewhere must
  // not talk us out of a set that somebody may have seen decided.
  if (own != votes_.end() && own->second->ballot == ballot_kind::super_majority &&
      !is_dead(own->second->changes, votes_, of))
    return;
  cast(ballot_kind::merge, std::move(proposals));
}

void voting_group::merge_if_stalled() {
  const auto before = std::exchange(votes_at_resend_, votes_);
  const auto waiting = std::exchange(renewed_, {}).size() + 1; // and we
  const auto of = voters();
  if (resend_after_ >= std::min(stall_after, options_.resend_max) && !casting_ && may_vote() &&
      stand_alike(before, votes_) && brb::is_quorum(waiting + of.faulty, of.members) &&
      !is_super_majority(votes_, of))
    on_split(of);
}

void voting_group::on_super_majority(const electorate& of) {
  say(note::level::info, "[MBR] Detected super majority");
  const auto winner = count(votes_).winner;
  if (const auto own = votes_.find(options_.self); own != votes_.end()) {
    const auto& ours = own->second->changes;
    const bool bound = own->second->ballot == ballot_kind::super_majority;
    if (!std::includes(winner.begin(), winner.end(), ours.begin(), ours.end()) ||
        (bound && (ours == winner || !is_dead(ours, votes_, of))))
      return;
  }
  say(note::level::info, "[MBR] broadcasting super majority");
  cast(ballot_kind::super_majority, grounds_for(winner, votes_));
}

void voting_group::cast(ballot_kind ballot, std::vector<signed_vote_ptr> nested, bool decides) {
  const auto make = [&](std::vector<fault> faults) {
    return make_ballot(options_.network, *current_group(), gen_.next(), options_.self, ballot, nested,
                       std::move(faults));
  };
  auto vote = make(known_faults());
  if (!vote && !faults_.empty())
    vote = make({}); // they find no room; most quorums stand without them
  if (!vote)
    return say(note::level::error, fmt::format("[MBR] cannot cast: {}", name(vote.error())));
  begin(std::move(*vote), decides);
}

void voting_group::begin(signed_vote vote, bool decides) {
  casting_ = casting{std::move(vote), nullptr, next_ticket(), decides};
  effects_.push(sign{casting_->waits_for, to_bytes(casting_->vote.id)});
}

} // namespace troupe::membership
