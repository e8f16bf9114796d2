// SPDX-License-Identifier: BSD-3-Clause
// Commands, tickets and what the group tells of itself; how votes are judged and counted is
// voting_rounds.cpp, and what it is voting_history.cpp.
#include "actors/membership/voting_group.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::membership {
namespace {

constexpr timer_id resend_timer{1};
constexpr timer_id consent_timer{2};

/// One signature to check; `key` names signature and message together, as the same vote may come with a false
/// seal.
struct seal_check {
  digest key;
  peer_id signer;
  bytes message;
  bytes seal;
};

digest seal_key(const digest& message, const signature& seal) {
  return sha256({message, seal});
}

void add_checks(const signed_vote& vote, std::string_view network, std::map<digest, seal_check>& to) {
  const auto add = [&](const digest& message, const peer_id& signer, const signature& seal) {
    const auto key = seal_key(message, seal);
    to.try_emplace(key, seal_check{key, signer, to_bytes(message), to_bytes(seal)});
  };
  add(vote.id, vote.voter, vote.seal);
  if (vote.consent)
    add(consent_digest(network, vote.group, vote.change.who, vote.consent->first, vote.consent->last),
        vote.change.who, vote.consent->seal);
}

std::string packet_text(const signed_vote& vote) {
  return "Membership(" + text(vote) + ")";
}

} // namespace

void voting_group::restore(const promise& record) {
  if (const auto* forced = std::get_if<forced_promise>(&record)) {
    auto opposite = forced->change;
    opposite.kind = opposite.kind == change_kind::join ? change_kind::leave : change_kind::join;
    forced_[forced->gen].erase(opposite);
    forced_[forced->gen].insert(forced->change);
    return;
  }
  freeze();
  if (const auto* own = std::get_if<own_vote_promise>(&record)) {
    if (own->vote->gen != gen_.next())
      return;
    for (const auto& below : own->vote->all_nested)
      log(below);
    votes_[own->vote->voter] = own->vote; // the last one stored is the one that left
  } else if (const auto* decided = std::get_if<decided_promise>(&record)) {
    if (decided->vote->gen <= gen_)
      return; // stored again by an actor that was restarted before it heard that it was stored
    history_[decided->vote->gen] = decided->vote;
    gen_ = decided->vote->gen;
    votes_.clear();
    faults_.clear();
    fresh_faults_.clear();
  }
}

void voting_group::start(time_point) {
  if (!options_.promises_readable)
    say(note::level::error, "[MBR] the promise log cannot be read: this node will not vote");
  if (votes_.contains(options_.self))
    effects_.push(arm{resend_timer, resend_after_ = options_.resend_first});
  effects_.push(view_changed{});
  started_ = true;
  if (frozen_)
    effects_.push(group_settled{*frozen_});
}

expected<void, membership_errc> voting_group::handle(const force_change& input, time_point) {
  const auto& change = input.what;
  if (!options_.promises_readable)
    return unexpected(membership_errc::promises_unreadable);
  if (!change.who.ed25519_key())
    return unexpected(membership_errc::not_an_actor);
  if (storing_.size() >= storing_max || !may_force(change))
    return unexpected(membership_errc::overloaded);
  say(note::level::info,
      fmt::format("[BRB] {} is forcing {} to {}", short_name(options_.self), short_name(change.who),
                  change.kind == change_kind::join ? "join" : "leave"));
  const forced_promise what{gen_, change};
  restore(promise{what});
  store(promise{what});
  effects_.push(view_changed{});
  return {};
}

expected<proposed, membership_errc> voting_group::handle(const propose_change& input, time_point) {
  const auto& change = input.what;
  if (!options_.promises_readable)
    return unexpected(membership_errc::promises_unreadable);
  if (!change.who.ed25519_key())
    return unexpected(membership_errc::not_an_actor);
  if (casting_)
    return unexpected(membership_errc::vote_in_progress);
  const auto group = current_group();
  if (!group)
    return unexpected(membership_errc::no_members);
  const auto now_members = members(gen_);
  if (!now_members)
    return unexpected(now_members.error());
  if (now_members->empty())
    return unexpected(membership_errc::no_members);
  if (const auto valid = validate_change(change, *now_members); !valid)
    return unexpected(valid.error());
  if (!now_members->contains(options_.self))
    return unexpected(membership_errc::non_member);
  const auto vote = [&](const std::optional<join_consent>& consent) {
    return make_proposal(options_.network, *group, gen_.next(), options_.self, change, consent);
  };
  const auto own = votes_.find(options_.self);
  if (faults_.contains(options_.self) || (own != votes_.end() && !supersedes(vote({}), *own->second)))
    return unexpected(membership_errc::existing_vote_incompatible_with_new_vote);
  const auto consent = change.kind == change_kind::join ? consent_of(change.who) : std::nullopt;
  if (change.kind == change_kind::join && !consent)
    return ask_for_consent(change.who, *group);
  begin(vote(consent), false);
  return proposed::cast;
}

void voting_group::handle(const retry_votes&, time_point) {
  if (const auto own = votes_.find(options_.self); own != votes_.end())
    send_to_members(own->second);
  if (const auto to = members(gen_))
    for (const auto& member : *to)
      if (member != options_.self)
        tell_faults(member);
}

void voting_group::handle(const member_returned& input, time_point) {
  const auto& who = input.who;
  told_decision_.erase(who);
  const auto now_members = members(gen_);
  if (!now_members || !now_members->contains(who))
    return;
  if (const auto own = votes_.find(options_.self); own != votes_.end())
    send_to(who, own->second);
  tell_faults(who);
}

void voting_group::handle(const vote_received& input, time_point) {
  tell_decision(input.from, *input.vote);
  if (agrees_with_history(*input.vote))
    return; // a late vote for what was decided already
  const auto group = current_group();
  if (group && input.vote->group != *group)
    return refuse(input.from, membership_errc::foreign_group);
  if (checks_.size() + inbox_.size() >= waiting_votes_max)
    return refuse(input.from, membership_errc::overloaded);
  std::map<digest, seal_check> unknown;
  for (const auto& below : input.vote->all_nested)
    add_checks(*below, options_.network, unknown);
  add_checks(*input.vote, options_.network, unknown);
  std::erase_if(unknown, [&](const auto& check) { return remembers(check.first); });
  if (unknown.empty())
    return admit(input);
  const auto key = ++last_check_;
  checks_[key] = {input, unknown.size(), true};
  for (auto& [seal, check] : unknown) {
    const auto id = next_ticket();
    verifying_[id] = key;
    verifying_ids_[id] = seal;
    effects_.push(verify{id, check.signer, std::move(check.message), std::move(check.seal)});
  }
}

void voting_group::handle(const verified& input, time_point now) {
  if (settle_consent(input, now))
    return;
  const auto found = verifying_.find(input.id);
  if (found == verifying_.end())
    return;
  const auto check = checks_.find(found->second);
  if (input.valid)
    remember_valid(verifying_ids_[input.id]);
  verifying_ids_.erase(input.id);
  verifying_.erase(found);
  check->second.valid = check->second.valid && input.valid;
  if (--check->second.outstanding > 0)
    return;
  const auto done = std::move(check->second);
  checks_.erase(check);
  if (done.valid)
    admit(done.input);
  else
    refuse(done.input.from, membership_errc::signature);
}

void voting_group::admit(vote_received input) {
  inbox_.push_back(std::move(input));
  drain();
}

void voting_group::drain() {
  while (!casting_ && !inbox_.empty()) {
    const auto next = std::move(inbox_.front());
    inbox_.pop_front();
    process(next);
  }
}

void voting_group::handle(const signed_off& input, time_point) {
  if (give_consent(input))
    return;
  if (!casting_ || casting_->sealed || casting_->waits_for != input.id)
    return;
  if (input.signed_by.size() != signature{}.size()) {
    casting_.reset();
    say(note::level::error, "[MBR] the vote could not be signed");
    return drain();
  }
  std::copy(input.signed_by.begin(), input.signed_by.end(), casting_->vote.seal.begin());
  casting_->sealed = std::make_shared<const signed_vote>(std::move(casting_->vote));
  casting_->waits_for = next_ticket();
  const auto what = casting_->decides ? promise{decided_promise{casting_->sealed}}
                                      : promise{own_vote_promise{casting_->sealed}};
  effects_.push(persist{casting_->waits_for, encode(what)});
}

void voting_group::handle(const persisted& input, time_point) {
  if (const auto kept = storing_.extract(input.id)) {
    if (input.stored)
      effects_.push(remember{kept.mapped()});
    return;
  }
  if (!casting_ || !casting_->sealed || casting_->waits_for != input.id)
    return;
  if (!input.stored) {
    casting_.reset();
    say(note::level::error, "[MBR] the promise log refused our vote: it stays here");
    return drain();
  }
  cast_now();
  drain();
}

void voting_group::expire(timer_id timer, time_point now) {
  if (timer == consent_timer)
    return give_up_asking();
  if (timer != resend_timer || !votes_.contains(options_.self))
    return;
  handle(retry_votes{}, now);
  effects_.push(catch_up{});
  merge_if_stalled();
  resend_after_ = std::min(resend_after_ * 2, options_.resend_max);
  effects_.push(arm{resend_timer, resend_after_});
}

void voting_group::send_to_members(const signed_vote_ptr& vote) {
  const auto to = members(gen_);
  if (!to)
    return;
  for (const auto& member : *to)
    if (member != options_.self)
      send_to(member, vote);
}

void voting_group::send_to(const peer_id& who, const signed_vote_ptr& vote) {
  leaving(who, *vote);
  effects_.push(send_vote{who, vote});
}

void voting_group::leaving(const peer_id& to, const signed_vote& vote) {
  if (options_.traced)
    effects_.push(delivering{to, packet_text(vote), vote.seal});
}

handling voting_group::handled(const peer_id& from, const signed_vote& vote) const {
  return {from, options_.traced ? packet_text(vote) : std::string{}, vote.seal};
}

void voting_group::cast_now() {
  const auto own = casting_->sealed;
  const bool decides = casting_->decides;
  casting_.reset();
  remember_valid(seal_key(own->id, own->seal));
  if (decides) {
    effects_.push(remember{decided_promise{own}});
    const auto before = *members(gen_);
    decide(own);
    return announce_decision(own, before);
  }
  effects_.push(remember{own_vote_promise{own}});
  freeze();
  const auto known = votes_.find(options_.self);
  const bool again = known != votes_.end() && known->second->changes == own->changes &&
                     known->second->ballot == own->ballot; // whoever insists does not stop the clock
  log(own);
  send_to_members(own);
  if (!again)
    effects_.push(arm{resend_timer, resend_after_ = options_.resend_first});
  effects_.push(view_changed{});
  leaving(options_.self, *own);
  effects_.push(handled(options_.self, *own));
  step(own);
}

bool voting_group::may_force(const reconfig& change) const {
  std::size_t forced = 0;
  for (const auto& [gen, changes] : forced_)
    forced += changes.size();
  const auto now = forced_.find(gen_);
  return forced < forced_max || (now != forced_.end() && now->second.contains(change));
}

void voting_group::store(promise what) {
  const auto id = next_ticket();
  effects_.push(persist{id, encode(what)});
  storing_.emplace(id, std::move(what));
}

void voting_group::decide(const signed_vote_ptr& vote) {
  freeze();
  history_[vote->gen] = vote;
  gen_ = vote->gen;
  votes_.clear();
  votes_at_resend_.clear();
  renewed_.clear();
  faults_.clear();
  fresh_faults_.clear();
  for (const auto& change : vote->changes)
    consents_.erase(change.who); // good for one join
  if (told_decision_.size() > forced_max)
    told_decision_.clear();
  release_held();
  effects_.push(cancel{resend_timer});
  effects_.push(view_changed{});
}

void voting_group::remember_valid(const digest& key) {
  if (!valid_.insert(key).second)
    return;
  valid_order_.push_back(key);
  if (valid_order_.size() > verified_cache_max) {
    valid_.erase(valid_order_.front());
    valid_order_.pop_front();
  }
}

ticket voting_group::next_ticket() {
  return ticket{++last_ticket_};
}

void voting_group::say(note::level severity, std::string text) {
  effects_.push(note{severity, std::move(text)});
}

} // namespace troupe::membership
