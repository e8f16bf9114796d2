// SPDX-License-Identifier: BSD-3-Clause
// The property suites of spec: brb 5 on the cluster of bare machines, over fixed seeds.
#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;
using membership::change_kind;

namespace {

membership::signed_vote_ptr sealed(expected<membership::signed_vote, agreement_codec_errc> vote) {
  vote->seal = stub_sign(vote->voter, vote->id);
  return std::make_shared<membership::signed_vote>(std::move(*vote));
}

void drain(agreement_cluster& cluster) {
  for (int round = 0; round < 3; ++round)
    cluster.anti_entropy_round();
}

} // namespace

TEST_CASE("broadcast: prop adds and removes under loss end equal and as the last reads say", "[sim][brb]") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    agreement_cluster cluster(4, 4, seed);
    cluster.lose = [&](const auto&, const auto&, const auto&) { return cluster.rng.chance(100'000); };
    for (int i = 0; i < 20; ++i) {
      auto& node = cluster[static_cast<std::size_t>(cluster.rng.below(4))];
      const auto value = cluster.rng.below(6);
      node.execute(cluster.rng.chance(600'000) ? "add" : "remove", value);
      for (auto steps = cluster.rng.below(20); steps > 0; --steps)
        cluster.deliver_random();
    }
    for (int round = 0; round < 12; ++round) {
      cluster.expire_all();
      while (cluster.deliver_random())
        continue;
    }
    cluster.lose = nullptr;
    cluster.anti_entropy_round();
    for (int round = 0; round < 4; ++round) {
      cluster.expire_all();
      cluster.run();
    }
    INFO("seed " << seed);
    REQUIRE(cluster.all_read(cluster[0].read()));
    for (auto& node : cluster.nodes)
      REQUIRE(node->quiet());
  }
}

TEST_CASE("voting group: prop_interpreter all members with more than fifty actions agree",
          "[sim][membership]") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    agreement_cluster cluster(7, 5, seed);
    for (int action = 0; action < 60; ++action) {
      const auto who = static_cast<std::size_t>(cluster.rng.below(7));
      const auto other = static_cast<std::size_t>(cluster.rng.below(7));
      const auto kind = cluster.rng.below(10);
      if (kind == 0)
        cluster[who].join(other);
      else if (kind == 1)
        cluster[who].leave(other);
      else if (kind == 2 && who != other)
        cluster[who].ask(other);
      else
        cluster.deliver_random();
    }
    drain(cluster);
    for (int round = 0; round < 3; ++round) {
      cluster.expire_all();
      drain(cluster);
    }
    INFO("seed " << seed);
    std::map<generation, std::set<peer_id>> agreed;
    for (const auto& node : cluster.nodes)
      for (const auto& [gen, members] : node->view().members)
        REQUIRE(agreed.emplace(gen, members).first->second == members);
    for (const auto& member : cluster[0].members())
      REQUIRE(cluster.find(member)->view().gen == agreed.rbegin()->first);
  }
}

TEST_CASE("voting group: prop_bft_consensus forged votes of up to a third never split the honest",
          "[sim][membership]") {
  for (std::uint64_t seed = 1; seed <= 80; ++seed) {
    agreement_cluster cluster(8, 6, seed); // node 5 is faulty and says anything
    for (std::size_t i = 0; i < 3; ++i)
      cluster[i].join(6 + i % 2);
    std::vector<membership::signed_vote_ptr> seen;
    const std::set<peer_id> six{actor_number(0), actor_number(1), actor_number(2),
                                actor_number(3), actor_number(4), actor_number(5)};
    for (int action = 0; action < 80; ++action) {
      cluster.deliver_random();
      const auto victim = static_cast<std::size_t>(cluster.rng.below(5));
      for (const auto& vote : cluster[victim].view().in_progress)
        if (seen.size() < 12)
          seen.push_back(vote);
      if (cluster.rng.chance(300'000))
        cluster[victim].receive(
          actor_number(5), sealed(membership::make_proposal(
                             cluster_network, make_group_id(cluster_network, six), generation{1},
                             actor_number(5), {change_kind::join, actor_number(6 + cluster.rng.below(2))})));
      if (!seen.empty() && cluster.rng.chance(300'000)) {
        std::vector<membership::signed_vote_ptr> picked{
          seen[static_cast<std::size_t>(cluster.rng.below(seen.size()))],
          seen[static_cast<std::size_t>(cluster.rng.below(seen.size()))]};
        const auto kind = cluster.rng.chance(500'000) ? membership::ballot_kind::merge
                                                      : membership::ballot_kind::super_majority;
        auto forged = membership::make_ballot(cluster_network, make_group_id(cluster_network, six),
                                              generation{1}, actor_number(5), kind, picked);
        if (forged)
          cluster[victim].receive(actor_number(5), sealed(std::move(forged)));
      }
    }
    drain(cluster);
    INFO("seed " << seed);
    std::map<generation, std::set<peer_id>> agreed;
    for (std::size_t i = 0; i < 5; ++i)
      for (const auto& [gen, members] : cluster[i].view().members)
        REQUIRE(agreed.emplace(gen, members).first->second == members);
  }
}
