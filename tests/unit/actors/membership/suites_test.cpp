// SPDX-License-Identifier: BSD-3-Clause
// The named cases of brb_membership and sn_consensus (spec: brb 5) that are no properties, by their names.
#include "tests/support/crafted_votes.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;
using namespace troupe::membership;

namespace {

const crafted_votes of_three{3};
const crafted_votes of_four{4};

std::string given(agreement_cluster& cluster, const signed_vote_ptr& vote) {
  cluster[0].receive(vote->voter, vote);
  const auto& last = cluster[0].notes.back();
  const std::string_view refused = "[CLI] dropping packet: ";
  return last.starts_with(refused) ? last.substr(refused.size()) : std::string{};
}

void require_one_history(agreement_cluster& cluster) {
  for (const auto& node : cluster.nodes)
    for (const auto& [gen, vote] : node->view().history) {
      REQUIRE(vote->ballot == ballot_kind::super_majority);
      REQUIRE(node->view().members.at(gen) == cluster[0].view().members.at(gen));
    }
}

/// Each of `n` members sponsors a joiner of its own; `move` delivers.
template <class Move>
void split(std::size_t n, Move move) {
  agreement_cluster cluster(2 * n, n);
  for (std::size_t i = 0; i < n; ++i)
    REQUIRE(cluster[i].join(n + i).empty());
  move(cluster);
  drain(cluster);
  INFO(n << " members");
  for (std::size_t i = 0; i < 2 * n; ++i)
    REQUIRE(cluster[i].members() == cluster[0].members());
  REQUIRE(cluster[0].members().size() > n);
  require_one_history(cluster);
}

} // namespace

TEST_CASE("membership suite: reject_vote_from_non_member", "[unit][membership]") {
  agreement_cluster cluster(6, 3);
  REQUIRE(given(cluster, of_three.join(4, 5)) == "NonMember");
}

TEST_CASE("membership suite: reject_new_join_if_we_are_at_capacity", "[unit][membership]") {
  agreement_cluster cluster(9, 8);
  REQUIRE(cluster[0].join(8) == "MembersAtCapacity");
  REQUIRE(given(cluster, crafted_votes{8}.join(1, 8)) == "MembersAtCapacity");
  REQUIRE(cluster[0].leave(7).empty());
}

TEST_CASE("membership suite: the soft cap is the group's to choose", "[unit][membership]") {
  for (const std::size_t cap : {std::size_t{3}, std::size_t{5}}) {
    voting_group_options how{actor_number(0), std::string{cluster_network}};
    how.members_soft_max = cap;
    voting_group group(how);
    for (std::size_t i = 0; i < cap; ++i) {
      REQUIRE(group.handle(force_change{{change_kind::join, actor_number(i)}}, {}));
      REQUIRE(group.handle(propose_change{{change_kind::join, actor_number(20 + i)}}, {}).has_value() ==
              (i + 1 < cap));
    }
    REQUIRE(group.handle(propose_change{{change_kind::join, actor_number(21)}}, {}).error() ==
            membership_errc::members_at_capacity);
  }
}

TEST_CASE("membership suite: reject_join_if_actor_is_already_a_member", "[unit][membership]") {
  agreement_cluster cluster(4, 3);
  REQUIRE(cluster[0].join(1) == "JoinRequestForExistingMember");
  REQUIRE(given(cluster, of_three.join(1, 2)) == "JoinRequestForExistingMember");
}

TEST_CASE("membership suite: reject_leave_if_actor_is_not_a_member", "[unit][membership]") {
  agreement_cluster cluster(4, 3);
  REQUIRE(cluster[0].leave(3) == "LeaveRequestForNonMember");
  REQUIRE(given(cluster, of_three.leave(1, 3)) == "LeaveRequestForNonMember");
}

TEST_CASE("membership suite: handle_vote_rejects_packet_from_previous_gen", "[unit][membership]") {
  agreement_cluster cluster(5, 3);
  REQUIRE(cluster[0].join(3).empty());
  cluster.run();
  REQUIRE(cluster[0].view().gen == generation{1});
  const auto late = of_three.join(1, 4);
  REQUIRE(late->gen == generation{1});
  REQUIRE(given(cluster, late) == "VoteNotForNextGeneration");
  REQUIRE(cluster[0].view().in_progress.empty()); // nothing is pending for it
}

TEST_CASE("membership suite: reject_votes_with_invalid_signatures", "[unit][membership]") {
  agreement_cluster cluster(5, 3);
  auto forged = std::make_shared<signed_vote>(*of_three.join(1, 4));
  forged->seal[0] ^= 1;
  REQUIRE(given(cluster, forged) == "Signature");
  REQUIRE(given(cluster, of_three.majority(2, {forged, of_three.join(2, 4), of_three.join(0, 4)})) ==
          "Signature");
}

TEST_CASE("membership suite: split_vote", "[unit][membership]") {
  for (std::size_t n = 1; n <= 6; ++n)
    split(n, [](agreement_cluster& cluster) { cluster.run(); });
}

TEST_CASE("membership suite: round_robin_split_vote", "[unit][membership]") {
  for (std::size_t n = 1; n <= 6; ++n)
    split(n, [](agreement_cluster& cluster) {
      while (cluster.queued() > 0)
        for (std::size_t from = 0; from < cluster.size(); ++from)
          for (std::size_t to = 0; to < cluster.size(); ++to)
            cluster.deliver_one(actor_number(from), actor_number(to));
    });
}

TEST_CASE("membership suite: interpreter_qc1 anti-entropy twice leaves one history", "[unit][membership]") {
  agreement_cluster cluster(5, 2);
  REQUIRE(cluster[0].join(2).empty());
  cluster[1].ask(0);
  cluster[1].ask(0);
  drain(cluster);
  require_one_history(cluster);
  REQUIRE(cluster[1].view().gen == generation{1});
}

TEST_CASE("membership suite: interpreter_qc2 two joins one after the other leave nothing pending",
          "[unit][membership]") {
  agreement_cluster cluster(5, 1);
  REQUIRE(cluster[0].join(1).empty());
  cluster.run();
  REQUIRE(cluster[0].join(2).empty());
  drain(cluster);
  for (std::size_t i = 0; i < 3; ++i) {
    REQUIRE(cluster[i].members().size() == 3);
    REQUIRE(cluster[i].view().in_progress.empty());
  }
}

TEST_CASE("membership suite: interpreter_qc3 a join and then a leave", "[unit][membership]") {
  agreement_cluster cluster(4, 2);
  REQUIRE(cluster[0].join(2).empty());
  cluster.run();
  REQUIRE(cluster[2].leave(0).empty());
  drain(cluster);
  REQUIRE(cluster[1].members() == std::set{actor_number(1), actor_number(2)});
  require_one_history(cluster);
}

TEST_CASE("membership suite: interpreter_qc4 a member proposes while the decision is under way",
          "[unit][membership]") {
  agreement_cluster cluster(6, 3);
  REQUIRE(cluster[0].join(3).empty());
  for (int i = 0; i < 4; ++i)
    cluster.deliver_random();
  (void)cluster[1].join(4);
  (void)cluster[2].leave(0);
  drain(cluster);
  require_one_history(cluster);
  for (std::size_t i = 0; i < 3; ++i) {
    REQUIRE(cluster[i].view().gen == cluster[0].view().gen);
    REQUIRE(cluster[i].view().gen >= generation{1});
  }
}

TEST_CASE("consensus suite: procs_refuse_to_propose_competing_votes", "[unit][membership]") {
  agreement_cluster cluster(6, 4);
  REQUIRE(cluster[0].join(4).empty());
  REQUIRE(cluster[0].join(5) == "ExistingVoteIncompatibleWithNewVote");
  REQUIRE(cluster[0].leave(1) == "ExistingVoteIncompatibleWithNewVote");
  cluster.run();
  REQUIRE(cluster[0].view().faulty.empty());
}

TEST_CASE("consensus suite: agree on the empty set", "[unit][membership]") {
  agreement_cluster cluster(2, 1);
  REQUIRE(cluster[0].leave(0).empty());
  cluster.run();
  REQUIRE(cluster[0].view().gen == generation{1});
  REQUIRE(cluster[0].members().empty());
  REQUIRE(cluster[0].join(1) == "NoMembers");
}

TEST_CASE("consensus suite: filter to the latest vote of each voter", "[unit][membership]") {
  agreement_cluster cluster(7, 4);
  const auto early = of_four.join(1, 5);
  const auto late = of_four.merge(1, {early, of_four.join(2, 6)});
  cluster[0].receive(actor_number(1), late);
  cluster[0].receive(actor_number(1), early); // overtaken on the way
  std::size_t of_one = 0;
  for (const auto& vote : cluster[0].view().in_progress)
    if (vote->voter == actor_number(1)) {
      ++of_one;
      REQUIRE(vote->id == late->id);
    }
  REQUIRE(of_one == 1);
}

TEST_CASE("consensus suite: the candidate is chosen by count", "[unit][membership]") {
  votes_by_voter votes;
  for (std::size_t voter = 0; voter < 3; ++voter)
    votes[actor_number(voter)] = of_four.join(voter, voter == 0 ? 6 : 5);
  REQUIRE(count(votes).votes == 2);
  REQUIRE(count(votes).winner == std::set<reconfig>{{change_kind::join, actor_number(5)}});
  votes.erase(actor_number(2));
  REQUIRE(count(votes).votes == 1);
  REQUIRE(count(votes).winner ==
          std::set<reconfig>{{change_kind::join, actor_number(6)}}); // of equals the greatest
}

TEST_CASE("consensus suite: validate super majority proposals", "[unit][membership]") {
  agreement_cluster cluster(7, 4);
  const std::vector<signed_vote_ptr> three{of_four.join(1, 5), of_four.join(2, 5), of_four.join(3, 5)};
  const std::string too_few = "SuperMajorityBallotIsNotSuperMajority";
  REQUIRE(given(cluster, of_four.majority(1, {three[0], three[1]})) == too_few);
  REQUIRE(given(cluster, of_four.majority(1, {three[0], three[1], of_four.join(3, 6)})) == too_few);
  REQUIRE(given(cluster, of_four.majority(1, {of_four.majority(1, three)})) == too_few);
  REQUIRE(given(cluster, of_four.majority(1, three)).empty());
}

TEST_CASE("consensus suite: a decision of the network stands against our own other vote",
          "[unit][membership]") {
  agreement_cluster cluster(7, 4);
  REQUIRE(cluster[0].join(6).empty());
  const std::vector<signed_vote_ptr> three{of_four.join(1, 5), of_four.join(2, 5), of_four.join(3, 5)};
  std::vector<signed_vote_ptr> majorities;
  for (std::size_t voter = 1; voter < 4; ++voter)
    majorities.push_back(of_four.majority(voter, three));
  REQUIRE(given(cluster, of_four.majority(1, majorities)).empty());
  REQUIRE(cluster[0].members().contains(actor_number(5)));
  REQUIRE_FALSE(cluster[0].members().contains(actor_number(6)));
}
