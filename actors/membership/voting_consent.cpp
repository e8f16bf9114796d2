// SPDX-License-Identifier: BSD-3-Clause
// The joiner's consent: a sponsor asks the joiner for a signature over group, joiner and a window of
// generations, and proposes only with it. A node consents if its user allows it and the group is the one it
// trusts itself, or if it trusts nobody yet. Source: spec: brb 8.4 point 10.
#include "actors/membership/voting_group.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::membership {
namespace {

constexpr timer_id consent_timer{2};

bool is_sane(generation first, generation last) {
  return first <= last && last.value() - first.value() < consent_window_max;
}

} // namespace

std::optional<join_consent> voting_group::consent_of(const peer_id& joiner) const {
  const auto held = consents_.find(joiner);
  if (held == consents_.end() || gen_.next() < held->second.first || held->second.last < gen_.next())
    return std::nullopt;
  return held->second;
}

expected<proposed, membership_errc> voting_group::ask_for_consent(const peer_id& joiner,
                                                                  const group_id& group) {
  if (!asking_.contains(joiner) && asking_.size() >= consents_max)
    return unexpected(membership_errc::overloaded);
  const auto first = gen_.next();
  const consent_request what{group, first, generation{first.value() + consent_window - 1}};
  asking_[joiner] = what;
  effects_.push(ask_consent{joiner, what});
  effects_.push(arm{consent_timer, options_.consent_wait});
  return proposed::asked;
}

bool voting_group::may_consent(const consent_request& what) const {
  const auto own = current_group();
  return options_.consents && options_.promises_readable && is_sane(what.first, what.last) &&
         (!own || *own == what.group) && consenting_.size() < consents_max;
}

void voting_group::handle(const consent_asked& input, time_point) {
  if (!may_consent(input.what)) {
    say(note::level::info,
        fmt::format("[MBR] not consenting to join the group of {}", short_name(input.from)));
    effects_.push(send_consent{input.from, {input.what.group, std::nullopt}});
    return;
  }
  const auto id = next_ticket();
  consenting_[id] = {input.from, input.what};
  effects_.push(sign{id, to_bytes(consent_digest(options_.network, input.what.group, options_.self,
                                                 input.what.first, input.what.last))});
}

bool voting_group::give_consent(const signed_off& input) {
  const auto asked = consenting_.extract(input.id);
  if (!asked)
    return false;
  const auto& [sponsor, what] = asked.mapped();
  join_consent given{what.first, what.last, {}};
  const bool done = input.signed_by.size() == given.seal.size();
  if (done)
    std::copy(input.signed_by.begin(), input.signed_by.end(), given.seal.begin());
  say(note::level::debug, fmt::format("consenting to join the group of {}", short_name(sponsor)));
  effects_.push(send_consent{sponsor, {what.group, done ? std::optional{given} : std::nullopt}});
  return true;
}

void voting_group::handle(const consent_received& input, time_point) {
  const auto asked = asking_.find(input.from);
  if (asked == asking_.end() || asked->second.group != input.what.group)
    return; // nobody asked, or it comes too late
  const auto& given = input.what.consent;
  if (!given || given->first != asked->second.first || given->last != asked->second.last)
    return settle_join(input.from, membership_errc::join_without_consent);
  if (checking_consents_.size() >= consents_max)
    return settle_join(input.from, membership_errc::overloaded);
  const auto id = next_ticket();
  checking_consents_[id] = {input.from, *given};
  effects_.push(verify{
    id, input.from,
    to_bytes(consent_digest(options_.network, input.what.group, input.from, given->first, given->last)),
    to_bytes(given->seal)});
}

bool voting_group::settle_consent(const verified& input, time_point now) {
  const auto checked = checking_consents_.extract(input.id);
  if (!checked)
    return false;
  const auto& [joiner, given] = checked.mapped();
  if (!asking_.contains(joiner))
    return true; // given up meanwhile
  if (!input.valid) {
    settle_join(joiner, membership_errc::join_without_consent);
    return true;
  }
  if (consents_.size() >= consents_max && !consents_.contains(joiner))
    consents_.erase(consents_.begin());
  consents_[joiner] = given;
  const auto done = handle(propose_change{{change_kind::join, joiner}}, now);
  if (!done)
    settle_join(joiner, done.error());
  else if (*done == proposed::cast)
    settle_join(joiner, std::nullopt);
  return true;
}

void voting_group::settle_join(const peer_id& who, std::optional<membership_errc> error) {
  if (asking_.erase(who) > 0)
    effects_.push(join_settled{who, error});
  if (asking_.empty())
    effects_.push(cancel{consent_timer});
}

void voting_group::give_up_asking() {
  while (!asking_.empty())
    settle_join(asking_.begin()->first, membership_errc::join_without_consent);
}

} // namespace troupe::membership
