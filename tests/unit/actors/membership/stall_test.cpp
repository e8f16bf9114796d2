// SPDX-License-Identifier: BSD-3-Clause
// Members that say nothing: the others must get on without them, however their proposals race.
#include "tests/support/crafted_votes.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace troupe;
using namespace troupe::test;
using namespace troupe::membership;

namespace {

const crafted_votes of_six{6};

void give(agreement_cluster& cluster, std::size_t from, const signed_vote_ptr& vote) {
  cluster[0].receive(actor_number(from), vote);
}

/// Node 0 stands with three others for one leave, 4 for another one, and 5 says nothing.
agreement_cluster waiting_for_the_mute() {
  agreement_cluster cluster(6, 6);
  for (const std::size_t voter : {1u, 2u, 3u})
    give(cluster, voter, of_six.leave(voter, 3));
  give(cluster, 4, of_six.leave(4, 4));
  return cluster;
}

/// Between two resends of node 0 `renewing` say their first vote again.
void resend(agreement_cluster& cluster, const std::vector<std::size_t>& renewing) {
  for (const auto voter : renewing)
    give(cluster, voter, voter == 4 ? of_six.leave(4, 4) : of_six.leave(voter, 3));
  cluster.expire_all();
}

/// 1, 2, 4 and 8 s pass with all but the mute one waiting; the next interval has 16 s.
void wait_fifteen_seconds(agreement_cluster& cluster) {
  for (int interval = 0; interval < 4; ++interval)
    resend(cluster, {1, 2, 3, 4});
}

signed_vote_ptr own_vote(agreement_cluster& cluster) {
  const auto votes = cluster[0].view().in_progress;
  const auto own = std::find_if(votes.begin(), votes.end(),
                                [](const signed_vote_ptr& one) { return one->voter == actor_number(0); });
  REQUIRE(own != votes.end());
  return *own;
}

std::size_t changes_in_own_vote(agreement_cluster& cluster) {
  return own_vote(cluster)->changes.size();
}

} // namespace

TEST_CASE("voting group: a race that only a mute member could end is merged once a quorum waits for it",
          "[unit][membership]") {
  auto cluster = waiting_for_the_mute();
  wait_fifteen_seconds(cluster);
  REQUIRE(changes_in_own_vote(cluster) == 1);
  resend(cluster, {1, 2, 3, 4});
  REQUIRE(changes_in_own_vote(cluster) == 2);
}

TEST_CASE("voting group: who proposes the same again and again waits no longer for a mute member",
          "[unit][membership]") {
  auto cluster = waiting_for_the_mute();
  for (int interval = 0; interval < 5; ++interval) {
    REQUIRE(cluster[0].leave(3).empty());
    resend(cluster, {1, 2, 3, 4});
  }
  REQUIRE(changes_in_own_vote(cluster) == 2);
}

TEST_CASE("voting group: without a quorum that says its votes again nothing is merged however long it takes",
          "[unit][membership]") {
  auto cluster = waiting_for_the_mute();
  for (int i = 0; i < 8; ++i)
    resend(cluster, {1, 2, 3}); // the others may be bound by now, and cut off
  REQUIRE(changes_in_own_vote(cluster) == 1);
  resend(cluster, {1, 2, 3, 4});
  REQUIRE(changes_in_own_vote(cluster) == 2);
}

TEST_CASE("voting group: a vote that changes between two resends puts the merge off", "[unit][membership]") {
  auto cluster = waiting_for_the_mute();
  wait_fifteen_seconds(cluster);
  const auto merged = of_six.merge(4, {of_six.leave(4, 4), of_six.leave(1, 3)});
  give(cluster, 4, merged);
  resend(cluster, {1, 2, 3});
  REQUIRE(changes_in_own_vote(cluster) == 1);
  give(cluster, 4, merged);
  resend(cluster, {1, 2, 3});
  REQUIRE(changes_in_own_vote(cluster) == 2);
}

TEST_CASE("voting group: who is bound by a super-majority ballot does not merge for want of news",
          "[unit][membership]") {
  auto cluster = waiting_for_the_mute();
  give(cluster, 5, of_six.leave(5, 3));
  REQUIRE(own_vote(cluster)->ballot == ballot_kind::super_majority);
  const auto merged = of_six.merge(1, {of_six.leave(1, 3), of_six.leave(4, 4)});
  give(cluster, 1, merged); // four stand for the first set now, which is no quorum and not dead
  for (int i = 0; i < 5; ++i) {
    give(cluster, 1, merged);
    resend(cluster, {2, 3, 4});
  }
  REQUIRE(changes_in_own_vote(cluster) == 1);
}

namespace {

/// Everything that is sent arrives, in any order, and then every resend comes due, `rounds` times.
void rounds(agreement_cluster& cluster, int rounds) {
  for (; rounds > 0; --rounds) {
    while (cluster.deliver_random())
      continue;
    cluster.expire_all();
  }
}

void propose_at_random(agreement_cluster& cluster, std::size_t proposers, std::size_t members) {
  for (std::size_t i = 0; i < proposers; ++i) {
    if (cluster.rng.chance(500'000))
      cluster[i].leave(cluster.rng.below(members));
    for (auto moves = cluster.rng.below(8); moves > 0; --moves)
      cluster.deliver_random();
  }
  cluster[0].leave(members - 1); // at least one
}

void require_one_decision(agreement_cluster& cluster, std::size_t of) {
  for (std::size_t i = 0; i < of; ++i) {
    REQUIRE(cluster[i].view().gen >= generation{1});
    REQUIRE(cluster[i].view().members.at(generation{1}) == cluster[0].view().members.at(generation{1}));
  }
}

} // namespace

TEST_CASE("voting group: one mute member of four to seven stops no race of proposals", "[unit][membership]") {
  for (std::size_t n = 4; n <= 7; ++n)
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
      agreement_cluster cluster(n + 1, n, seed);
      cluster[n - 1].alive = false;
      propose_at_random(cluster, n - 1, n);
      rounds(cluster, 9);
      INFO("n " << n << " seed " << seed);
      require_one_decision(cluster, n - 1);
    }
}

TEST_CASE("voting group: a partition of any length stops no race of proposals for longer",
          "[unit][membership]") {
  for (std::size_t n = 4; n <= 7; ++n)
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
      agreement_cluster cluster(n + 1, n, seed);
      const auto half = 1 + cluster.rng.below(n - 1);
      const auto from = static_cast<int>(cluster.rng.below(3));
      propose_at_random(cluster, n, n);
      rounds(cluster, from);
      cluster.lose = [&](const peer_id& a, const peer_id& b, const cluster_message&) {
        return (a < actor_number(half)) != (b < actor_number(half));
      };
      rounds(cluster, 1 + static_cast<int>(cluster.rng.below(6)));
      cluster.lose = nullptr;
      rounds(cluster, 10);
      INFO("n " << n << " seed " << seed);
      require_one_decision(cluster, n);
    }
}
