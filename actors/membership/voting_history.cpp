// SPDX-License-Identifier: BSD-3-Clause
// What the group is: its id, the members of each generation, and the view that the rest of the node gets.
#include "actors/membership/voting_group.hpp"

namespace troupe::membership {

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
  for (const auto& [voter, proof] : faults_) {
    result.faulty.insert(voter);
    result.in_progress.push_back(proof.first);
    result.in_progress.push_back(proof.second);
  }
  return result;
}

} // namespace troupe::membership
