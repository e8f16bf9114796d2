// SPDX-License-Identifier: BSD-3-Clause
// Defects of the original's voting (spec: brb 6, B11 and B12). The laboratory's port of brb 1.0.10 has no
// votes, so the two rules at fault stand here by themselves, asked of the same votes as our voting group.
#include "tests/support/crafted_votes.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;
using namespace troupe::membership;

namespace {

constexpr std::size_t members = 3;
const crafted_votes of_three{members};

std::map<digest, signed_vote_ptr> unpacked(const signed_vote_ptr& vote) {
  std::map<digest, signed_vote_ptr> all{{vote->id, vote}};
  for (const auto& below : vote->all_nested)
    all.emplace(below->id, below);
  return all;
}

/// The original's check of a super-majority ballot: the votes below it that stand for the same set, however
/// many of one voter.
bool original_sees_super_majority(const signed_vote& ballot) {
  std::map<std::set<reconfig>, std::size_t> count;
  for (const auto& below : ballot.all_nested)
    ++count[below->changes];
  std::size_t most = 0;
  for (const auto& [changes, votes] : count)
    most = std::max(most, votes);
  return 3 * most > 2 * members;
}

/// The original's check that nobody has changed its mind: one change for each voter, over all that is known
/// and all that comes.
bool original_sees_changed_mind(const std::vector<signed_vote_ptr>& known, const signed_vote_ptr& vote) {
  std::set<std::pair<peer_id, reconfig>> proposed;
  const auto add = [&](const signed_vote_ptr& from) {
    for (const auto& [id, one] : unpacked(from))
      if (one->ballot == ballot_kind::propose)
        proposed.emplace(one->voter, one->change);
  };
  for (const auto& one : known)
    add(one);
  add(vote);
  std::set<peer_id> voters;
  for (const auto& [voter, change] : proposed)
    voters.insert(voter);
  return voters.size() != proposed.size();
}

} // namespace

TEST_CASE("brb_membership 1.0.10: B11 one voter twice makes a super majority there and none here",
          "[unit][membership][original]") {
  const auto once = of_three.join(1, 4);
  const auto again = of_three.merge(1, {once});
  const auto ballot = of_three.majority(1, {once, again, of_three.join(2, 4)});
  const auto honest = of_three.majority(1, {once, of_three.join(2, 4)});
  REQUIRE(original_sees_super_majority(*ballot)); // of two voters out of three
  REQUIRE_FALSE(original_sees_super_majority(*honest));
  agreement_cluster cluster(5, members);
  cluster[0].receive(actor_number(1), ballot);
  REQUIRE(cluster[0].notes.back() == "[CLI] dropping packet: SuperMajorityBallotIsNotSuperMajority");
  REQUIRE(cluster[0].view().in_progress.empty());
}

TEST_CASE("brb_membership 1.0.10: B12 a liar's other vote stands against the decision there and not here",
          "[unit][membership][original]") {
  const auto told_us = of_three.join(2, 3); // and the others that 4 should join
  std::vector<signed_vote_ptr> majorities;
  for (std::size_t voter = 0; voter < members; ++voter)
    majorities.push_back(
      of_three.majority(voter, {of_three.join(0, 4), of_three.join(1, 4), of_three.join(2, 4)}));
  const auto decision = of_three.majority(1, majorities);
  REQUIRE(original_sees_changed_mind({told_us}, decision)); // for ever, as nothing that it knows goes away
  REQUIRE_FALSE(original_sees_changed_mind({}, decision));
  agreement_cluster cluster(5, members);
  cluster[0].receive(actor_number(2), told_us);
  cluster[0].receive(actor_number(1), decision);
  REQUIRE(cluster[0].members().contains(actor_number(4)));
  REQUIRE_FALSE(cluster[0].members().contains(actor_number(3)));
}
