// SPDX-License-Identifier: BSD-3-Clause
// Votes made by hand for the cluster of bare machines: truly signed by the stub of whoever is named.
#pragma once

#include "tests/support/agreement_cluster.hpp"

namespace troupe::test {

/// The group whose first members are the actors number 0 to `members` - 1, and generation 1, unless told.
struct crafted_votes {
  std::size_t members = 4;
  std::uint64_t gen = 1;

  group_id group() const {
    std::set<peer_id> all;
    for (std::size_t i = 0; i < members; ++i)
      all.insert(actor_number(i));
    return make_group_id(cluster_network, all);
  }
  static membership::signed_vote_ptr sealed(membership::signed_vote vote) {
    vote.seal = stub_sign(vote.voter, vote.id);
    return std::make_shared<const membership::signed_vote>(std::move(vote));
  }
  membership::signed_vote_ptr proposal(std::size_t voter, const membership::reconfig& change,
                                       const std::optional<membership::join_consent>& consent) const {
    return sealed(membership::make_proposal(cluster_network, group(), generation{gen}, actor_number(voter),
                                            change, consent));
  }
  membership::signed_vote_ptr join(std::size_t voter, std::size_t who) const {
    return proposal(voter, {membership::change_kind::join, actor_number(who)},
                    consent_by(actor_number(who), group(), generation{gen}));
  }
  membership::signed_vote_ptr leave(std::size_t voter, std::size_t who) const {
    return proposal(voter, {membership::change_kind::leave, actor_number(who)}, std::nullopt);
  }
  membership::signed_vote_ptr ballot(std::size_t voter, membership::ballot_kind kind,
                                     std::vector<membership::signed_vote_ptr> nested,
                                     std::vector<membership::fault> faults = {}) const {
    return sealed(*membership::make_ballot(cluster_network, group(), generation{gen}, actor_number(voter),
                                           kind, std::move(nested), std::move(faults)));
  }
  membership::signed_vote_ptr merge(std::size_t voter,
                                    std::vector<membership::signed_vote_ptr> nested) const {
    return ballot(voter, membership::ballot_kind::merge, std::move(nested));
  }
  membership::signed_vote_ptr majority(std::size_t voter, std::vector<membership::signed_vote_ptr> nested,
                                       std::vector<membership::fault> faults = {}) const {
    return ballot(voter, membership::ballot_kind::super_majority, std::move(nested), std::move(faults));
  }
  static membership::fault fault(membership::signed_vote_ptr a, membership::signed_vote_ptr b) {
    return a->id < b->id ? membership::fault{a, b} : membership::fault{b, a};
  }
};

/// All ask all until nobody learns anything.
inline void drain(agreement_cluster& cluster) {
  for (int round = 0; round < 3; ++round)
    cluster.anti_entropy_round();
}

} // namespace troupe::test
