// SPDX-License-Identifier: BSD-3-Clause
// Voters that contradict themselves (defect B12): how they are proven to, that nobody honest can be, that
// their votes count for nothing and everything, and that nobody waits for them. And who hears of a decision.
#include "actors/membership/ballot.hpp"
#include "tests/support/crafted_votes.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;
using namespace troupe::membership;

namespace {

const crafted_votes of_four{};

void give(agreement_cluster& cluster, std::size_t to, std::size_t from, const signed_vote_ptr& vote) {
  cluster[to].receive(actor_number(from), vote);
}

const std::set<peer_id> only_three{actor_number(3)};

} // namespace

TEST_CASE("voting group: faulty_votes_do_not_count for either of the sets", "[unit][membership]") {
  agreement_cluster cluster(7, 4);
  give(cluster, 0, 3, of_four.join(3, 5));
  give(cluster, 0, 3, of_four.join(3, 6));
  REQUIRE(cluster[0].view().faulty == only_three);
  give(cluster, 0, 1, of_four.join(1, 6));
  // 0 adopted 5 and 1 wants 6; were the liar's votes counted beside what it stands for, 6 would have a
  // quorum.
  REQUIRE(cluster[0].count_notes("Detected super majority") == 0);
  REQUIRE(cluster[0].count_notes("contradicts itself") == 1);
}

TEST_CASE("voting group: a faulty node that tricks an honest one is found out by what the honest one nests",
          "[unit][membership]") {
  agreement_cluster cluster(7, 4);
  give(cluster, 0, 3, of_four.join(3, 5)); // 0 adopts it
  give(cluster, 0, 1, of_four.merge(1, {of_four.join(1, 6), of_four.join(3, 6)}));
  REQUIRE(cluster[0].view().faulty == only_three);
  REQUIRE(cluster[0].reports.empty()); // the tricked one is not to blame
}

TEST_CASE("voting group: both votes of a faulty voter are told to every member", "[unit][membership]") {
  agreement_cluster cluster(7, 4);
  give(cluster, 0, 3, of_four.join(3, 5));
  give(cluster, 0, 3, of_four.join(3, 6));
  cluster.run();
  for (std::size_t i = 0; i < 3; ++i)
    REQUIRE(cluster[i].count_notes("contradicts itself") == 1); // and then they decide without it
}

TEST_CASE("voting group: a faulty voter is reported and its later votes are refused", "[unit][membership]") {
  agreement_cluster cluster(7, 4);
  give(cluster, 0, 3, of_four.join(3, 5));
  give(cluster, 0, 3, of_four.join(3, 6));
  REQUIRE(cluster[0].reports == std::vector<std::string>{"ExistingVoteIncompatibleWithNewVote"});
  give(cluster, 0, 3, of_four.leave(3, 1));
  REQUIRE(cluster[0].reports.back() == "VoterChangedMind");
}

TEST_CASE("voting group: a ballot that accuses an honest voter is refused", "[unit][membership]") {
  agreement_cluster cluster(7, 4);
  const auto first = of_four.join(2, 5);
  const auto second = of_four.merge(2, {first, of_four.join(1, 6)});
  give(cluster, 0, 3,
       of_four.ballot(3, ballot_kind::merge, {of_four.join(3, 5)}, {crafted_votes::fault(first, second)}));
  REQUIRE(cluster[0].notes.back() == "[CLI] dropping packet: InvalidFault");
  REQUIRE(cluster[0].view().faulty.empty());
}

TEST_CASE("voting group: a super majority with a proven equivocator in it needs one honest vote less",
          "[unit][membership]") {
  const auto proof = crafted_votes::fault(of_four.join(3, 5), of_four.join(3, 6));
  const std::vector<signed_vote_ptr> two{of_four.join(1, 5), of_four.join(2, 5)};
  agreement_cluster cluster(7, 4);
  SECTION("with the proof") {
    give(cluster, 0, 1, of_four.majority(1, two, {proof}));
    REQUIRE(cluster[0].reports.empty());
    REQUIRE(cluster[0].view().gen == generation{1}); // with 0's own ballot it is even decided
  }
  SECTION("without") {
    give(cluster, 0, 1, of_four.majority(1, two));
    REQUIRE(cluster[0].notes.back() == "[CLI] dropping packet: SuperMajorityBallotIsNotSuperMajority");
  }
  SECTION("the equivocator's own vote does not count beside it") {
    give(cluster, 0, 1, of_four.majority(1, {of_four.join(1, 5), of_four.join(3, 5)}, {proof}));
    REQUIRE(cluster[0].notes.back() == "[CLI] dropping packet: SuperMajorityBallotIsNotSuperMajority");
  }
}

TEST_CASE("ballots: the votes that equivocators leave to the others", "[unit][membership]") {
  // n = 4, quorum 3: one stands for anything, a second would let two sets win.
  CHECK_FALSE(reaches_quorum(2, {4, 0}));
  CHECK(reaches_quorum(2, {4, 1}));
  CHECK_FALSE(reaches_quorum(1, {4, 2}));
  // n = 7, quorum 5
  CHECK(reaches_quorum(3, {7, 2}));
  CHECK_FALSE(reaches_quorum(2, {7, 3}));
  CHECK_FALSE(reaches_quorum(0, {0, 0}));
  for (std::size_t n = 1; n <= 32; ++n)
    for (std::size_t faulty = 0; faulty <= n; ++faulty)
      for (std::size_t votes = 0; 2 * votes <= n - faulty; ++votes)
        CHECK_FALSE(reaches_quorum(votes, {n, faulty})); // never two disjoint halves
}

TEST_CASE("ballots: what an honest voter casts one after another never contradicts itself",
          "[unit][membership]") {
  const auto first = of_four.join(0, 5);
  const auto merged = of_four.merge(0, {first, of_four.join(1, 6)});
  const auto majority = of_four.majority(0, {merged, of_four.merge(1, {first, of_four.join(1, 6)})});
  const auto wider = of_four.merge(0, {first, of_four.join(1, 6), of_four.join(2, 4)});
  const auto sum = of_four.majority(0, {majority});
  const auto again =
    of_four.proposal(0, first->change, consent_by(actor_number(5), of_four.group(), generation{0}));
  const std::vector<signed_vote_ptr> all{first, again, merged, majority, wider, sum};
  for (const auto& a : all)
    for (const auto& b : all)
      CHECK_FALSE(contradict(*a, *b));
  CHECK(contradict(*first, *of_four.join(0, 6)));
  CHECK(contradict(*merged, *of_four.merge(0, {first, of_four.join(1, 4)})));
  CHECK_FALSE(contradict(*first, *of_four.join(1, 6))); // two voters
}

TEST_CASE("voting group: one that tells two halves two things stops nobody", "[unit][membership]") {
  for (std::size_t n = 4; n <= 6; ++n)
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
      agreement_cluster cluster(n + 2, n, seed);
      const crafted_votes by{n};
      const auto liar = n - 1;
      for (std::size_t i = 0; i < liar; ++i) {
        give(cluster, i, liar, cluster.rng.chance(500'000) ? by.leave(liar, liar) : by.join(liar, n));
        if (cluster.rng.chance(300'000))
          cluster[i].join(n + 1);
      }
      while (cluster.deliver_random())
        continue;
      for (int round = 0; round < 3; ++round) {
        cluster.expire_all();
        while (cluster.deliver_random())
          continue;
      }
      INFO("n " << n << " seed " << seed);
      for (std::size_t i = 0; i < liar; ++i) {
        REQUIRE(cluster[i].view().gen >= generation{1});
        REQUIRE(cluster[i].view().members.at(generation{1}) == cluster[0].view().members.at(generation{1}));
      }
    }
}

TEST_CASE("voting group: a proof is found again in the own vote after a restart", "[unit][membership]") {
  agreement_cluster cluster(7, 4);
  give(cluster, 0, 3, of_four.join(3, 5));
  give(cluster, 0, 3, of_four.join(3, 6));
  give(cluster, 0, 1, of_four.join(1, 5)); // with 0's own that is a super majority, cast with the proof
  cluster.restart(0);
  REQUIRE(cluster[0].view().faulty == only_three);
}

TEST_CASE("voting group: a known vote under another seal is checked anew", "[unit][membership]") {
  agreement_cluster cluster(7, 4);
  const auto honest = of_four.join(1, 5);
  give(cluster, 0, 1, honest);
  auto spoilt = std::make_shared<signed_vote>(*honest);
  spoilt->seal[5] ^= 1;
  give(cluster, 0, 3, of_four.merge(3, {spoilt, of_four.join(3, 6)}));
  REQUIRE(cluster[0].notes.back() == "[CLI] dropping packet: Signature");
  const auto held = cluster[0].view().in_progress;
  for (const auto& vote : held)
    REQUIRE(vote->seal == stub_sign(vote->voter, vote->id));
}

TEST_CASE("voting group: honest_nodes_broadcast_decisions to the old and the new members",
          "[unit][membership]") {
  agreement_cluster cluster(5, 4);
  REQUIRE(cluster[0].join(4).empty());
  cluster.run();
  for (std::size_t i = 0; i < 5; ++i) // the joiner, too, and nobody asked anybody
    REQUIRE(cluster[i].view().gen == generation{1});
}

TEST_CASE("voting group: final_broadcast_catches_stragglers", "[unit][membership]") {
  agreement_cluster cluster(5, 4);
  cluster.lose = [](const auto&, const peer_id& to, const auto&) { return to == actor_number(3); };
  REQUIRE(cluster[3].leave(0).empty()); // its vote gets nowhere in time
  for (auto& [ends, queue] : cluster.links)
    queue.clear();
  REQUIRE(cluster[0].join(4).empty());
  cluster.run();
  REQUIRE(cluster[0].view().gen == generation{1});
  REQUIRE(cluster[3].view().gen == generation{0});
  cluster.lose = nullptr;
  cluster[3].retry(); // its own vote, another one than what was decided, is all it sends
  cluster.run();
  REQUIRE(cluster[3].members() == cluster[0].members());
}

TEST_CASE("voting group: a straggler is told a decision once", "[unit][membership]") {
  agreement_cluster cluster(5, 4);
  REQUIRE(cluster[0].join(4).empty());
  cluster.run();
  for (int i = 0; i < 5; ++i)
    give(cluster, 0, 3, of_four.join(3, 4));
  REQUIRE(cluster.queued() == 1);
  give(cluster, 0, 4, of_four.join(3, 4)); // no member then
  REQUIRE(cluster.queued() == 1);
}
