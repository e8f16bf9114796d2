// SPDX-License-Identifier: BSD-3-Clause
// The voting group: commands, every error by name, tickets in every order, and the suites of spec: brb 5.
#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;
using membership::change_kind;

namespace {

constexpr time_point now{};
const std::set<peer_id> three{actor_number(0), actor_number(1), actor_number(2)};

group_id group_of(const std::set<peer_id>& members) {
  return make_group_id(cluster_network, members);
}

membership::signed_vote_ptr sealed(expected<membership::signed_vote, agreement_codec_errc> vote) {
  REQUIRE(vote.has_value());
  vote->seal = stub_sign(vote->voter, vote->id);
  return std::make_shared<membership::signed_vote>(std::move(*vote));
}

membership::signed_vote_ptr proposal(std::size_t voter, std::size_t who, change_kind kind = change_kind::join,
                                     std::uint64_t gen = 1, const std::set<peer_id>& group = three) {
  std::optional<membership::join_consent> consent;
  if (kind == change_kind::join)
    consent = consent_by(actor_number(who), group_of(group), generation{gen});
  return sealed(membership::make_proposal(cluster_network, group_of(group), generation{gen},
                                          actor_number(voter), {kind, actor_number(who)}, consent));
}

membership::signed_vote_ptr ballot(std::size_t voter, membership::ballot_kind kind,
                                   std::vector<membership::signed_vote_ptr> nested, std::uint64_t gen = 1) {
  return sealed(membership::make_ballot(cluster_network, group_of(three), generation{gen},
                                        actor_number(voter), kind, std::move(nested)));
}

void give(agreement_cluster& cluster, std::size_t to, std::size_t from,
          const membership::signed_vote_ptr& vote) {
  cluster[to].receive(actor_number(from), vote);
}

/// All ask all until nobody learns anything.
void drain(agreement_cluster& cluster) {
  for (int round = 0; round < 3; ++round)
    cluster.anti_entropy_round();
}

} // namespace

TEST_CASE("voting group: simple_proposal by one of three is carried by all", "[unit][membership]") {
  agreement_cluster cluster(4, 3);
  REQUIRE(cluster[0].join(3).empty());
  cluster.run();
  for (std::size_t i = 0; i < 3; ++i)
    REQUIRE(cluster[i].members().contains(actor_number(3)));
  cluster[3].ask(1);
  cluster.run();
  REQUIRE(cluster[3].members() == cluster[0].members());
}

TEST_CASE("voting group: proposals are refused by name", "[unit][membership]") {
  agreement_cluster cluster(9, 3);
  REQUIRE(cluster[0].join(1) == "JoinRequestForExistingMember");
  REQUIRE(cluster[0].leave(5) == "LeaveRequestForNonMember");
  REQUIRE(cluster[5].join(5) == "NonMember");
  for (std::size_t i = 3; i < 7; ++i)
    cluster[0].trust(i);
  REQUIRE(cluster[0].join(8) == "MembersAtCapacity");
  REQUIRE(cluster[0].leave(2).empty());
  REQUIRE(cluster[0].join(8) == "MembersAtCapacity");
  agreement_cluster lonely(1);
  REQUIRE(lonely[0].join(0) == "NoMembers");
}

TEST_CASE("voting group: reject_changing_reconfig_when_one_is_in_progress", "[unit][membership]") {
  agreement_cluster cluster(5, 3);
  REQUIRE(cluster[0].join(3).empty());
  REQUIRE(cluster[0].join(4) == "ExistingVoteIncompatibleWithNewVote");
}

TEST_CASE("voting group: votes of later generations wait up to a limit and are then refused",
          "[unit][membership]") {
  agreement_cluster cluster(6, 3);
  auto& node = cluster[0];
  for (std::size_t i = 0; i < membership::waiting_votes_max; ++i)
    give(cluster, 0, 1, proposal(1, 5, change_kind::join, 2 + i));
  REQUIRE(std::none_of(node.notes.begin(), node.notes.end(),
                       [](const std::string& line) { return line.starts_with("[CLI] dropping packet"); }));
  give(cluster, 0, 1, proposal(1, 5, change_kind::join, 2 + membership::waiting_votes_max));
  REQUIRE(node.notes.back() == "[CLI] dropping packet: VoteNotForNextGeneration");
}

TEST_CASE("voting group: votes of others are refused by name", "[unit][membership]") {
  agreement_cluster cluster(6, 3);
  auto& node = cluster[0];
  const auto refused = [&](const membership::signed_vote_ptr& vote, std::size_t from = 1) {
    give(cluster, 0, from, vote);
    return node.notes.back().substr(std::string{"[CLI] dropping packet: "}.size());
  };
  REQUIRE(refused(proposal(4, 5)) == "NonMember");
  REQUIRE(refused(proposal(1, 2)) == "JoinRequestForExistingMember");
  REQUIRE(refused(proposal(1, 5, change_kind::leave)) == "LeaveRequestForNonMember");
  REQUIRE(refused(proposal(1, 5, change_kind::join, 0)) == "VoteNotForNextGeneration");
  REQUIRE(refused(proposal(1, 5, change_kind::join, 1, {actor_number(0)})) == "ForeignGroup");
  auto forged = std::make_shared<membership::signed_vote>(*proposal(1, 5));
  forged->seal[5] ^= 1;
  REQUIRE(refused(forged) == "Signature");
  const auto old = proposal(2, 4, change_kind::join, 2);
  REQUIRE(refused(ballot(1, membership::ballot_kind::merge, {old})) == "MergedVotesMustBeFromSameGen");
  REQUIRE(refused(ballot(1, membership::ballot_kind::super_majority, {proposal(1, 5), proposal(2, 5)})) ==
          "SuperMajorityBallotIsNotSuperMajority");
  give(cluster, 0, 1, proposal(1, 5));
  REQUIRE(refused(proposal(1, 4)) == "ExistingVoteIncompatibleWithNewVote");
}

TEST_CASE("voting group: a ballot that nests two proposals of its own voter is refused",
          "[unit][membership]") {
  agreement_cluster cluster(6, 3);
  give(cluster, 0, 2,
       ballot(2, membership::ballot_kind::merge, {proposal(1, 5), proposal(2, 4), proposal(2, 5)}));
  REQUIRE(cluster[0].count_notes("[CLI] dropping packet: VoterChangedMind") == 1);
}

TEST_CASE("voting group: B11 a ballot that counts one voter twice is no super majority",
          "[unit][membership]") {
  agreement_cluster cluster(5, 3);
  const auto a = proposal(1, 4);
  const auto same_voter = ballot(1, membership::ballot_kind::merge, {a});
  give(cluster, 0, 1, ballot(1, membership::ballot_kind::super_majority, {a, same_voter, proposal(2, 4)}));
  REQUIRE(cluster[0].count_notes("SuperMajorityBallotIsNotSuperMajority") == 1);
}

TEST_CASE("voting group: a forged vote inside a signed ballot is refused with it", "[unit][membership]") {
  agreement_cluster cluster(5, 3);
  auto forged = std::make_shared<membership::signed_vote>(*proposal(2, 4));
  forged->seal[5] ^= 1;
  give(cluster, 0, 1,
       ballot(1, membership::ballot_kind::super_majority, {proposal(0, 4), proposal(1, 4), forged}));
  REQUIRE(cluster[0].notes.back() == "[CLI] dropping packet: Signature");
  REQUIRE(cluster[0].view().in_progress.empty());
}

TEST_CASE("voting group: a ballot that shows a decision of too few or of another generation decides nothing",
          "[unit][membership]") {
  const auto majority = [](std::size_t voter, std::uint64_t gen) {
    std::vector<membership::signed_vote_ptr> grounds;
    for (std::size_t by = 0; by < 3; ++by)
      grounds.push_back(proposal(by, 4, change_kind::join, gen));
    return ballot(voter, membership::ballot_kind::super_majority, grounds, gen);
  };
  agreement_cluster cluster(5, 3);
  SECTION("two of three") {
    give(cluster, 0, 1, ballot(1, membership::ballot_kind::super_majority, {majority(0, 1), majority(1, 1)}));
  }
  SECTION("three, for the generation after") {
    give(
      cluster, 0, 1,
      ballot(1, membership::ballot_kind::super_majority, {majority(0, 2), majority(1, 2), majority(2, 2)}));
  }
  REQUIRE(cluster[0].view().gen == generation{0});
}

TEST_CASE("voting group: B12 a proven decision stands against an equivocating voter's other vote",
          "[unit][membership]") {
  agreement_cluster cluster(5, 3);
  give(cluster, 0, 2, proposal(2, 3)); // to node 0 the third voter says 3, to the others 4
  std::vector<membership::signed_vote_ptr> grounds{proposal(0, 4), proposal(1, 4), proposal(2, 4)};
  std::vector<membership::signed_vote_ptr> majorities;
  for (std::size_t voter = 0; voter < 3; ++voter)
    majorities.push_back(ballot(voter, membership::ballot_kind::super_majority, grounds));
  give(cluster, 0, 1, ballot(1, membership::ballot_kind::super_majority, majorities));
  REQUIRE(cluster[0].members().contains(actor_number(4)));
  REQUIRE_FALSE(cluster[0].members().contains(actor_number(3)));
}

TEST_CASE("voting group: a vote leaves only after it is signed and stored", "[unit][membership]") {
  membership::voting_group group({actor_number(0), std::string{cluster_network}});
  REQUIRE(group.handle(membership::force_change{{change_kind::join, actor_number(0)}}, now));
  REQUIRE(group.handle(membership::force_change{{change_kind::join, actor_number(1)}}, now));
  REQUIRE(group.handle(membership::force_change{{change_kind::join, actor_number(2)}}, now));
  REQUIRE(group.handle(membership::propose_change{{change_kind::leave, actor_number(2)}}, now));
  std::optional<sign> wish;
  std::optional<persist> order;
  std::size_t sent = 0;
  const auto look = [&] {
    while (auto effect = group.poll()) {
      if (auto* one = std::get_if<sign>(&*effect))
        wish = *one;
      if (auto* one = std::get_if<persist>(&*effect))
        order = *one;
      sent += std::holds_alternative<membership::send_vote>(*effect);
    }
  };
  look();
  REQUIRE(wish);
  REQUIRE(sent == 0);
  group.handle(persisted{wish->id, true}, now); // an outcome of the wrong kind
  look();
  REQUIRE(sent == 0);
  order.reset();
  group.handle(signed_off{wish->id, bytes(64, 7)}, now);
  group.handle(signed_off{wish->id, bytes(64, 8)}, now); // twice
  look();
  REQUIRE(order);
  REQUIRE(sent == 0);
  SECTION("stored") {
    group.handle(persisted{order->id, true}, now);
    group.handle(persisted{order->id, true}, now);
    look();
    REQUIRE(sent == 2);
    REQUIRE(group.snapshot().in_progress.size() == 1);
  }
  SECTION("refused by the log") {
    group.handle(persisted{order->id, false}, now);
    look();
    REQUIRE(sent == 0);
    REQUIRE(group.snapshot().in_progress.empty());
  }
  SECTION("never answered, and a second proposal waits for it") {
    REQUIRE(group.handle(membership::propose_change{{change_kind::join, actor_number(3)}}, now).error() ==
            membership::membership_errc::vote_in_progress);
  }
}

TEST_CASE("voting group: at most 64 votes wait for their signatures", "[unit][membership]") {
  agreement_cluster cluster(3, 3);
  membership::voting_group group({actor_number(0), std::string{cluster_network}});
  for (std::size_t i = 0; i < 3; ++i)
    REQUIRE(group.handle(membership::force_change{{change_kind::join, actor_number(i)}}, now));
  for (std::size_t i = 0; i <= membership::waiting_votes_max; ++i)
    group.handle(membership::vote_received{actor_number(1), proposal(1, 10 + i)}, now);
  std::size_t checks = 0;
  std::size_t overloaded = 0;
  while (auto effect = group.poll()) {
    checks += std::holds_alternative<verify>(*effect);
    const auto* line = std::get_if<note>(&*effect);
    overloaded += line && line->text == "[CLI] dropping packet: Overloaded";
  }
  REQUIRE(checks == 2 * membership::waiting_votes_max); // the joiner's consent in each of them, too
  REQUIRE(overloaded == 1);
}

TEST_CASE("voting group: each distinct vote is verified once", "[unit][membership]") {
  membership::voting_group group({actor_number(0), std::string{cluster_network}});
  for (std::size_t i = 0; i < 3; ++i)
    REQUIRE(group.handle(membership::force_change{{change_kind::join, actor_number(i)}}, now));
  std::size_t checks = 0;
  const auto settle = [&] {
    while (auto effect = group.poll())
      if (const auto* one = std::get_if<verify>(&*effect)) {
        ++checks;
        group.handle(verified{one->id, true}, now);
      }
  };
  settle();
  const auto first = proposal(1, 5);
  const auto second = proposal(2, 4);
  group.handle(membership::vote_received{actor_number(1), first}, now);
  settle();
  group.handle(membership::vote_received{actor_number(2), second}, now);
  settle();
  REQUIRE(checks == 4); // two votes, two consents
  group.handle(
    membership::vote_received{actor_number(1), ballot(1, membership::ballot_kind::merge, {first, second})},
    now);
  settle();
  REQUIRE(checks == 5);
}

TEST_CASE("voting group: onboarding_across_many_generations by one anti-entropy", "[unit][membership]") {
  agreement_cluster cluster(6, 1);
  for (std::size_t i = 1; i < 5; ++i) {
    REQUIRE(cluster[0].join(i).empty());
    drain(cluster);
  }
  REQUIRE(cluster[0].leave(1).empty());
  drain(cluster);
  REQUIRE(cluster[0].view().gen == generation{5});
  REQUIRE(cluster[5].view().gen == generation{0}); // whom nobody has invited learns nothing
  REQUIRE(cluster[0].join(5).empty());
  drain(cluster);
  REQUIRE(cluster[5].view().gen == generation{6});
  cluster.restart(5); // what it learnt was stored
  REQUIRE(cluster[5].members() == cluster[0].members());
}

TEST_CASE("voting group: a decision found twice in the log takes no later one back", "[unit][membership]") {
  membership::voting_group group({actor_number(0), std::string{cluster_network}});
  const auto decided = [&](std::uint64_t gen) {
    group.restore(promise{decided_promise{ballot(0, membership::ballot_kind::super_majority,
                                                 {proposal(0, 2 + gen, change_kind::join, gen)}, gen)}});
  };
  group.restore(promise{forced_promise{generation{0}, {change_kind::join, actor_number(0)}}});
  decided(1);
  decided(2);
  decided(1);
  REQUIRE(group.snapshot().gen == generation{2});
}

TEST_CASE("voting group: a restart at any record keeps its vote", "[unit][membership]") {
  for (const int moment : {1, 2})
    for (std::size_t at = 3; at < 7; ++at) {
      agreement_cluster cluster(5, 3);
      cluster.kill_at_record = [&](agreement_node& node, std::size_t n) {
        return node.id == actor_number(0) && n == at ? moment : 0;
      };
      cluster[0].join(3);
      cluster[1].join(4);
      cluster.run();
      cluster.kill_at_record = nullptr;
      cluster.restart(0);
      drain(cluster);
      for (int round = 0; round < 3; ++round) {
        cluster.expire_all();
        cluster.run();
      }
      for (std::size_t i = 1; i < 3; ++i)
        REQUIRE(cluster[i].members() == cluster[0].members());
      REQUIRE(cluster[0].members().size() > 3);
      for (const auto& node : cluster.nodes)
        REQUIRE(node->count_notes("VoterChangedMind") == 0);
    }
}

TEST_CASE("voting group: the group id is told once it is settled and again after a restart",
          "[unit][membership]") {
  agreement_cluster cluster(4, 3);
  REQUIRE_FALSE(cluster[0].settled);
  REQUIRE(cluster[0].join(3).empty());
  cluster.run();
  for (std::size_t i = 0; i < 3; ++i)
    REQUIRE(cluster[i].settled == group_of(three));
  cluster[0].settled.reset();
  cluster.restart(0);
  cluster.run();
  REQUIRE(cluster[0].settled == group_of(three));
}
