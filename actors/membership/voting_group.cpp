// SPDX-License-Identifier: BSD-3-Clause
// Commands, tickets and what the group tells of itself; how votes are judged and counted is
// voting_rounds.cpp.
#include "actors/membership/voting_group.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::membership {
namespace {

constexpr timer_id resend_timer{1};

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

expected<void, membership_errc> voting_group::handle(const propose_change& input, time_point) {
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
  auto vote = make_proposal(options_.network, *group, gen_.next(), options_.self, change);
  if (const auto valid = validate(vote); !valid)
    return valid;
  begin(std::move(vote), false);
  return {};
}

void voting_group::handle(const retry_votes&, time_point) {
  if (const auto own = votes_.find(options_.self); own != votes_.end())
    send_to_members(own->second);
}

void voting_group::handle(const member_returned& input, time_point) {
  const auto& who = input.who;
  const auto own = votes_.find(options_.self);
  const auto now_members = members(gen_);
  if (own != votes_.end() && now_members && now_members->contains(who))
    send_to(who, own->second);
}

void voting_group::handle(const vote_received& input, time_point) {
  if (agrees_with_history(*input.vote))
    return; // a late vote for what was decided already
  const auto group = current_group();
  if (group && input.vote->group != *group)
    return refuse(input.from, membership_errc::foreign_group);
  if (checks_.size() + inbox_.size() >= waiting_votes_max)
    return refuse(input.from, membership_errc::overloaded);
  std::vector<const signed_vote*> unknown;
  for (const auto& below : input.vote->all_nested)
    if (!valid_.contains(below->id))
      unknown.push_back(below.get());
  if (!valid_.contains(input.vote->id))
    unknown.push_back(input.vote.get());
  if (unknown.empty())
    return admit(input);
  const auto key = ++last_check_;
  checks_[key] = {input, unknown.size(), true};
  for (const auto* vote : unknown) {
    const auto id = next_ticket();
    verifying_[id] = key;
    verifying_ids_[id] = vote->id;
    effects_.push(verify{id, vote->voter, to_bytes(vote->id), to_bytes(vote->seal)});
  }
}

void voting_group::handle(const verified& input, time_point) {
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
  if (timer != resend_timer || !votes_.contains(options_.self))
    return;
  handle(retry_votes{}, now);
  effects_.push(catch_up{});
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
  remember_valid(own->id);
  if (decides) {
    effects_.push(remember{decided_promise{own}});
    return decide(own);
  }
  effects_.push(remember{own_vote_promise{own}});
  freeze();
  log(own);
  send_to_members(own);
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
  release_held();
  effects_.push(cancel{resend_timer});
  effects_.push(view_changed{});
}

void voting_group::freeze() {
  if (frozen_)
    return;
  frozen_ = current_group();
  if (frozen_ && started_)
    effects_.push(group_settled{*frozen_});
}

std::optional<group_id> voting_group::current_group() const {
  if (frozen_)
    return frozen_;
  const auto genesis = members(generation{0});
  if (!genesis || genesis->empty())
    return std::nullopt;
  return make_group_id(options_.network, *genesis);
}

expected<std::set<peer_id>, membership_errc> voting_group::members(generation g) const {
  std::set<peer_id> result;
  const auto force_at = [&](generation at) {
    if (const auto found = forced_.find(at); found != forced_.end())
      for (const auto& change : found->second)
        apply(change, result);
  };
  force_at(generation{0});
  if (g == generation{0})
    return result;
  for (const auto& [at, vote] : history_) {
    if (vote->ballot != ballot_kind::super_majority)
      return unexpected(membership_errc::invalid_vote_in_history);
    for (const auto& change : vote->changes)
      apply(change, result);
    force_at(at); // after the vote, so that a forced leave can undo what the vote brought
    if (at == g)
      return result;
  }
  return unexpected(membership_errc::invalid_generation);
}

view voting_group::snapshot() const {
  view result;
  result.group = current_group();
  result.gen = gen_;
  result.members[generation{0}] = *members(generation{0});
  for (const auto& [at, vote] : history_)
    if (auto then = members(at))
      result.members[at] = std::move(*then);
  result.history = history_;
  for (const auto& [voter, vote] : votes_)
    result.in_progress.push_back(vote);
  return result;
}

void voting_group::remember_valid(const digest& id) {
  if (!valid_.insert(id).second)
    return;
  valid_order_.push_back(id);
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
