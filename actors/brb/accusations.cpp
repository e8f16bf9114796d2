// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/accusations.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::brb {
namespace {

constexpr timer_id again_timer{1};

} // namespace

void accusations::restore(const equivocation_promise& record) {
  proven_.try_emplace(record.what.first.source, record.what);
}

void accusations::start(time_point) {
  again();
}

bool accusations::known(const peer_id& source) const {
  const auto same = [&](const auto& entry) { return entry.second.first.source == source; };
  return proven_.contains(source) || std::any_of(storing_.begin(), storing_.end(), same);
}

std::optional<brb_errc> accusations::judge(const equivocation& what) const {
  if (!view_->group)
    return brb_errc::no_group;
  if (what.first.group != *view_->group)
    return brb_errc::foreign_group;
  const auto& source = what.first.source;
  if (std::none_of(view_->members.begin(), view_->members.end(),
                   [&](const auto& entry) { return entry.second.contains(source); }))
    return brb_errc::source_is_not_voting_member;
  if (doubts_.size() >= doubts_max || proven_.size() + storing_.size() >= accused_max)
    return brb_errc::overloaded;
  return std::nullopt;
}

void accusations::handle(const equivocation_seen& input, time_point) {
  const auto& what = input.what;
  if (known(what.first.source))
    return;
  if (const auto wrong = judge(what)) {
    effects_.push(dropping_line(*wrong));
    if (input.from != options_.self)
      effects_.push(report{input.from, static_cast<std::uint8_t>(*wrong)});
    return;
  }
  const auto key = ++last_;
  doubts_[key] = {input};
  const auto check = [&](const operation_header& header, const signature& seal) {
    const ticket id{++last_};
    checking_[id] = key;
    effects_.push(
      verify{id, header.source, to_bytes(header_digest(options_.network, header)), to_bytes(seal)});
  };
  check(what.first, what.first_seal);
  check(what.second, what.second_seal);
}

void accusations::handle(const verified& input, time_point) {
  const auto found = checking_.find(input.id);
  if (found == checking_.end())
    return;
  const auto at = doubts_.find(found->second);
  checking_.erase(found);
  auto& open = at->second;
  open.valid = open.valid && input.valid;
  if (--open.outstanding > 0)
    return;
  const auto done = std::move(open);
  doubts_.erase(at);
  if (!done.valid) {
    effects_.push(dropping_line(brb_errc::signature));
    if (done.what.from != options_.self)
      effects_.push(report{done.what.from, static_cast<std::uint8_t>(brb_errc::signature)});
    return;
  }
  if (known(done.what.what.first.source))
    return;
  const ticket id{++last_};
  storing_[id] = done.what.what;
  effects_.push(persist{id, encode(promise{equivocation_promise{done.what.what}})});
}

void accusations::handle(const persisted& input, time_point) {
  const auto stored = storing_.extract(input.id);
  if (!stored)
    return;
  const auto& what = stored.mapped();
  const auto& source = what.first.source;
  if (!input.stored) {
    effects_.push(note{note::level::error, "[BRB] the promise log refused the proof of an equivocation"});
    return;
  }
  effects_.push(
    note{note::level::warn, fmt::format("[BRB] {} is proven to have signed two headers for slot {}",
                                        short_name(source), what.first.sequence)});
  effects_.push(remember{equivocation_promise{what}});
  proven_.emplace(source, what);
  if (const auto* members = view_->members_of(view_->gen))
    for (const auto& member : *members)
      hand_on(what, member);
  hold_against(source);
}

void accusations::hand_on(const equivocation& what, const peer_id& to) {
  if (to != options_.self && to != what.first.source)
    effects_.push(send_packet{to, what});
}

void accusations::handle(const peer_returned& input, time_point) {
  if (!view_->is_member(input.who, view_->gen))
    return;
  for (const auto& [source, proof] : proven_)
    if (view_->is_member(source, view_->gen))
      hand_on(proof, input.who);
}

void accusations::hold_against(const peer_id& source) {
  const membership::reconfig leave{membership::change_kind::leave, source};
  const bool voted_on = std::any_of(view_->in_progress.begin(), view_->in_progress.end(),
                                    [&](const auto& vote) { return vote->changes.contains(leave); });
  if (!view_->is_member(source, view_->gen) || !view_->is_member(options_.self, view_->gen))
    return;
  if (!voted_on)
    effects_.push(expel{source});
  if (!std::exchange(waits_, true))
    effects_.push(arm{again_timer, again_after_});
}

bool accusations::open() const {
  return std::any_of(proven_.begin(), proven_.end(),
                     [&](const auto& entry) { return view_->is_member(entry.first, view_->gen); });
}

void accusations::again() {
  for (const auto& [source, proof] : proven_)
    hold_against(source);
}

void accusations::handle(const view_update& input, time_point) {
  const bool moved = input.now->gen != view_->gen;
  view_ = input.now;
  if (moved)
    again_after_ = options_.again_first; // another vote may have stood in the way
  if (open() && (moved || !waits_))
    again();
}

void accusations::expire(timer_id timer, time_point) {
  if (timer != again_timer)
    return;
  waits_ = false;
  again_after_ = std::min(2 * again_after_, options_.again_max);
  again();
}

accusations::state accusations::snapshot() const {
  state now{{}, doubts_.size()};
  for (const auto& [source, proof] : proven_)
    now.proven.push_back(source);
  return now;
}

} // namespace troupe::brb
