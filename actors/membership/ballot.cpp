// SPDX-License-Identifier: BSD-3-Clause
#include "actors/membership/ballot.hpp"

#include "actors/brb/quorum.hpp"

#include <algorithm>

namespace troupe::membership {
namespace {

bool is_super_majority_ballot(const signed_vote& vote) {
  return vote.ballot == ballot_kind::super_majority;
}

template <class Predicate>
bool shows(const signed_vote& ballot, const std::set<peer_id>& members, Predicate counts) {
  electorate of{members.size(), 0};
  std::set<peer_id> faulty;
  for (const auto& [first, second] : ballot.faults)
    if (members.contains(first->voter))
      faulty.insert(first->voter);
  of.faulty = faulty.size();
  std::set<peer_id> voters;
  for (const auto& below : ballot.nested)
    if (members.contains(below->voter) && !faulty.contains(below->voter) &&
        below->changes == ballot.changes && counts(*below))
      voters.insert(below->voter);
  return !voters.empty() && reaches_quorum(voters.size(), of);
}

bool outside(const std::set<reconfig>& set, const signed_vote& vote) {
  return !std::includes(set.begin(), set.end(), vote.changes.begin(), vote.changes.end());
}

bool stands_above(const signed_vote_ptr& candidate, const signed_vote_ptr& current) {
  return !current || (candidate->id != current->id && supersedes(*candidate, *current));
}

} // namespace

bool supersedes(const signed_vote& newer, const signed_vote& older) {
  if (newer.id == older.id)
    return true;
  const auto is_older = [&](const signed_vote_ptr& below) { return below->id == older.id; };
  if (std::any_of(newer.all_nested.begin(), newer.all_nested.end(), is_older))
    return true;
  if (newer.voter != older.voter || newer.gen != older.gen)
    return false;
  if (newer.ballot == ballot_kind::propose) // once more, perhaps with another consent
    return older.ballot == ballot_kind::propose && newer.change == older.change;
  if (!std::includes(newer.changes.begin(), newer.changes.end(), older.changes.begin(), older.changes.end()))
    return false;
  return newer.changes.size() > older.changes.size() || newer.ballot > older.ballot;
}

bool sums_up(const signed_vote& vote) {
  return is_super_majority_ballot(vote) &&
         std::any_of(vote.nested.begin(), vote.nested.end(),
                     [](const signed_vote_ptr& below) { return is_super_majority_ballot(*below); });
}

bool contradict(const signed_vote& a, const signed_vote& b) {
  return a.voter == b.voter && a.gen == b.gen && a.group == b.group && !sums_up(a) && !sums_up(b) &&
         !supersedes(a, b) && !supersedes(b, a);
}

bool reaches_quorum(std::size_t votes, const electorate& of) {
  if (of.members == 0)
    return false;
  const auto stand_for_any = std::min(of.faulty, 2 * brb::quorum(of.members) - of.members - 1);
  return brb::is_quorum(votes + stand_for_any, of.members);
}

tally count(const votes_by_voter& votes) {
  std::map<std::set<reconfig>, std::size_t> by_set;
  for (const auto& [voter, vote] : votes)
    ++by_set[vote->changes];
  tally result;
  for (const auto& [set, number] : by_set)
    if (number >= result.votes)
      result = {set, number};
  return result;
}

bool stand_alike(const votes_by_voter& a, const votes_by_voter& b) {
  return std::ranges::equal(a, b, [](const auto& one, const auto& other) {
    return one.first == other.first && one.second->ballot == other.second->ballot &&
           one.second->changes == other.second->changes;
  });
}

bool is_split(const votes_by_voter& votes, const electorate& of) {
  const auto heard = votes.size() + of.faulty;
  const auto silent = of.members - std::min(of.members, heard);
  return !votes.empty() && brb::is_quorum(heard, of.members) &&
         !reaches_quorum(count(votes).votes + silent, of);
}

bool is_dead(const std::set<reconfig>& set, const votes_by_voter& votes, const electorate& of) {
  const auto slack = of.members - brb::quorum(of.members);
  std::size_t others = 0;
  for (const auto& [voter, vote] : votes) {
    if (outside(set, *vote) && is_super_majority_ballot(*vote))
      return true;
    others += outside(set, *vote);
  }
  return others + std::min(of.faulty, slack) > 2 * slack;
}

bool is_super_majority(const votes_by_voter& votes, const electorate& of) {
  return !votes.empty() && reaches_quorum(count(votes).votes, of);
}

bool is_decided(const votes_by_voter& votes, const electorate& of) {
  const auto agreed = super_majorities_for(count(votes).winner, votes).size();
  return agreed > 0 && reaches_quorum(agreed, of);
}

bool shows_super_majority(const signed_vote& ballot, const std::set<peer_id>& members) {
  return shows(ballot, members, [](const signed_vote&) { return true; });
}

bool shows_decision(const signed_vote& ballot, const std::set<peer_id>& members) {
  return is_super_majority_ballot(ballot) && shows(ballot, members, is_super_majority_ballot);
}

std::vector<signed_vote_ptr> proposals_of(const votes_by_voter& votes) {
  std::map<digest, signed_vote_ptr> found;
  const auto add = [&](const signed_vote_ptr& vote) {
    if (vote->ballot == ballot_kind::propose)
      found.emplace(vote->id, vote);
  };
  for (const auto& [voter, vote] : votes) {
    add(vote);
    for (const auto& below : vote->all_nested)
      add(below);
  }
  std::vector<signed_vote_ptr> result;
  for (const auto& [id, vote] : found)
    result.push_back(vote);
  return result;
}

std::vector<signed_vote_ptr> grounds_for(const std::set<reconfig>& winner, const votes_by_voter& votes) {
  votes_by_voter latest;
  const auto add = [&](const signed_vote_ptr& vote) {
    if (!is_super_majority_ballot(*vote) && vote->changes == winner && votes.contains(vote->voter) &&
        stands_above(vote, latest[vote->voter]))
      latest[vote->voter] = vote;
  };
  for (const auto& [voter, vote] : votes) {
    for (const auto& below : vote->all_nested)
      add(below);
    add(vote);
  }
  std::vector<signed_vote_ptr> result;
  for (const auto& [voter, vote] : latest)
    if (vote)
      result.push_back(vote);
  return result;
}

std::vector<signed_vote_ptr> super_majorities_for(const std::set<reconfig>& winner,
                                                  const votes_by_voter& votes) {
  std::vector<signed_vote_ptr> result;
  for (const auto& [voter, vote] : votes)
    if (is_super_majority_ballot(*vote) && vote->changes == winner)
      result.push_back(vote);
  return result;
}

void apply(const reconfig& change, std::set<peer_id>& members) {
  if (change.kind == change_kind::join)
    members.insert(change.who);
  else
    members.erase(change.who);
}

} // namespace troupe::membership
