// SPDX-License-Identifier: BSD-3-Clause
// Voters that contradict themselves: both votes are kept, told to the others and carried by every later
// ballot, and the voter is not counted in that generation. And who is told of a decision: all of the old and
// the new generation, and whoever still votes on it. Source: spec: brb 3.4, defect B12.
#include "actors/membership/voting_group.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::membership {

void voting_group::log(const signed_vote_ptr& vote) {
  if (faults_.contains(vote->voter))
    return;
  auto& stored = votes_[vote->voter];
  if (!stored)
    stored = vote;
  else if (contradict(*stored, *vote))
    convict(stored, vote);
  else if (stored->id != vote->id && supersedes(*vote, *stored))
    stored = vote;
}

void voting_group::convict(const signed_vote_ptr& one, const signed_vote_ptr& other) {
  const auto who = one->voter;
  faults_[who] = one->id < other->id ? fault{one, other} : fault{other, one};
  fresh_faults_.insert(who);
  votes_.erase(who);
  say(note::level::warn, fmt::format("[MBR] {} contradicts itself: its votes for generation {} do not count",
                                     short_name(who), gen_.next().value()));
}

std::vector<fault> voting_group::known_faults() const {
  std::vector<fault> result;
  for (const auto& [who, proof] : faults_)
    if (result.size() < vote_faults_max)
      result.push_back(proof);
  return result;
}

electorate voting_group::voters() const {
  const auto now_members = *members(gen_);
  electorate of{now_members.size(), 0};
  // No more than a ballot can prove: others would not follow us.
  for (const auto& [who, proof] : faults_)
    of.faulty += now_members.contains(who) && of.faulty < vote_faults_max;
  return of;
}

void voting_group::tell_faults(const peer_id& who) {
  for (const auto& [voter, proof] : faults_)
    if (voter != who) {
      send_to(who, proof.first);
      send_to(who, proof.second);
    }
}

void voting_group::announce_decision(const signed_vote_ptr& vote, const std::set<peer_id>& before) {
  auto to = before;
  if (const auto after = members(vote->gen); after && options_.tells_joiners)
    to.insert(after->begin(), after->end());
  for (const auto& who : to)
    if (who != options_.self)
      send_to(who, vote);
}

void voting_group::tell_decision(const peer_id& who, const signed_vote& late) {
  const auto decided = history_.find(late.gen);
  if (decided == history_.end() || who == options_.self || sums_up(late))
    return;
  auto& told = told_decision_[who];
  const auto voted = members(generation{late.gen.value() - 1});
  if (told < late.gen && voted && voted->contains(who)) {
    told = late.gen;
    send_to(who, decided->second);
  } else if (told == generation{}) {
    told_decision_.erase(who);
  }
}

} // namespace troupe::membership
