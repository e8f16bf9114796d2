// SPDX-License-Identifier: BSD-3-Clause
#include "actors/membership/ballot.hpp"

#include "actors/brb/quorum.hpp"

#include <algorithm>

namespace troupe::membership {
namespace {

template <class Predicate>
std::size_t distinct_voters(const signed_vote& ballot, const std::set<peer_id>& members, Predicate counts) {
  std::set<peer_id> voters;
  for (const auto& below : ballot.nested)
    if (members.contains(below->voter) && below->changes == ballot.changes && counts(*below))
      voters.insert(below->voter);
  return voters.size();
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
  if (newer.voter != older.voter || newer.gen != older.gen || newer.ballot == ballot_kind::propose ||
      !std::includes(newer.changes.begin(), newer.changes.end(), older.changes.begin(), older.changes.end()))
    return false;
  return newer.changes.size() > older.changes.size() || newer.ballot > older.ballot;
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

bool is_split(const votes_by_voter& votes, std::size_t members) {
  const auto silent = members - std::min(members, votes.size());
  return 3 * votes.size() > 2 * members && 3 * (count(votes).votes + silent) <= 2 * members;
}

bool is_dead(const std::set<reconfig>& set, const votes_by_voter& votes, std::size_t members) {
  std::size_t outside = 0;
  for (const auto& [voter, vote] : votes)
    outside += !std::includes(set.begin(), set.end(), vote->changes.begin(), vote->changes.end());
  return outside > 2 * (members - brb::quorum(members));
}

bool is_super_majority(const votes_by_voter& votes, std::size_t members) {
  return brb::is_quorum(count(votes).votes, members);
}

bool is_decided(const votes_by_voter& votes, std::size_t members) {
  return brb::is_quorum(super_majorities_for(count(votes).winner, votes).size(), members);
}

bool shows_super_majority(const signed_vote& ballot, const std::set<peer_id>& members) {
  return brb::is_quorum(distinct_voters(ballot, members, [](const signed_vote&) { return true; }),
                        members.size());
}

bool shows_decision(const signed_vote& ballot, const std::set<peer_id>& members) {
  const auto is_sm = [](const signed_vote& below) { return below.ballot == ballot_kind::super_majority; };
  return ballot.ballot == ballot_kind::super_majority &&
         brb::is_quorum(distinct_voters(ballot, members, is_sm), members.size());
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
    if (vote->ballot != ballot_kind::super_majority && vote->changes == winner &&
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
    if (vote->ballot == ballot_kind::super_majority && vote->changes == winner)
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
