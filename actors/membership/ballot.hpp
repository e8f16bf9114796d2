// SPDX-License-Identifier: BSD-3-Clause
// Counting votes: who stands for what, when nothing can win any more, when something has. Pure functions over
// votes that were already verified. Source: spec: brb 3.1, 3.2.
#pragma once

#include "messages/codec/membership_codec.hpp"

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace troupe::membership {

/// The vote of each voter that counts.
using votes_by_voter = std::map<peer_id, signed_vote_ptr>;

/// True if `newer` may take the place of `older`: it is the same, nests it, proposes the same, or is the same
/// voter standing for strictly more or for the same with a higher ballot. The last case keeps bundles
/// shallow: a merge nests proposals only.
bool supersedes(const signed_vote& newer, const signed_vote& older);
/// A super-majority ballot over super-majority ballots: its caster sums up a decision with it and promises
/// nothing.
bool sums_up(const signed_vote& vote);
/// No voter that keeps to the rules signs both, in any order: one voter, one group, one generation, and
/// neither vote may follow the other.
bool contradict(const signed_vote& a, const signed_vote& b);

/// Who may vote, and how many of them are proven to contradict themselves. Votes of those are not counted;
/// instead each may stand for any set, so the others need that many votes less. At most 2q - n - 1 stand for
/// anything: beyond it two sets could both win.
struct electorate {
  std::size_t members = 0;
  std::size_t faulty = 0;
};
bool reaches_quorum(std::size_t votes, const electorate& of);

struct tally {
  std::set<reconfig> winner; ///< the most voted set; of equals the greatest
  std::size_t votes = 0;     ///< for it
};
tally count(const votes_by_voter& votes);

/// The same voters stand for the same with ballots of the same kind.
bool stand_alike(const votes_by_voter& a, const votes_by_voter& b);
/// No set can reach a super majority any more.
bool is_split(const votes_by_voter& votes, const electorate& of);
/// No quorum of super-majority ballots for `set` can exist anywhere, even if as many voters as a quorum
/// leaves out show others another vote than us: at least 2(n - quorum) + 1 voters stand for something outside
/// it, proven faulty ones counted among them, or a quorum was seen to stand for another set that is not
/// inside it.
bool is_dead(const std::set<reconfig>& set, const votes_by_voter& votes, const electorate& of);
bool is_super_majority(const votes_by_voter& votes, const electorate& of);
/// Super-majority ballots of a super majority of members agree on the most voted set.
bool is_decided(const votes_by_voter& votes, const electorate& of);

/// The same question asked of what one ballot nests, each voter counted once (defect B11 of seed 000): of its
/// votes that stand for exactly the ballot's set, and of the voters that it proves to be faulty.
bool shows_super_majority(const signed_vote& ballot, const std::set<peer_id>& members);
/// Of its super-majority ballots for exactly the ballot's set: a proof of decision that needs nothing else.
bool shows_decision(const signed_vote& ballot, const std::set<peer_id>& members);

/// The proposals below all of `votes`: what a merge nests.
std::vector<signed_vote_ptr> proposals_of(const votes_by_voter& votes);
/// For each voter its latest vote short of a super majority that stands for exactly `winner`: what a
/// super-majority ballot nests.
std::vector<signed_vote_ptr> grounds_for(const std::set<reconfig>& winner, const votes_by_voter& votes);
/// The super-majority ballots for exactly `winner`: what a deciding vote nests.
std::vector<signed_vote_ptr> super_majorities_for(const std::set<reconfig>& winner,
                                                  const votes_by_voter& votes);

void apply(const reconfig& change, std::set<peer_id>& members);

} // namespace troupe::membership
