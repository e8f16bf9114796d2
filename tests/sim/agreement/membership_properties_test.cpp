// SPDX-License-Identifier: BSD-3-Clause
// The properties of brb_membership (spec: brb 5) with what they ask for to be strong: everybody is a member
// from the start, so whoever lies votes, and there are sixty actions and more.
#include "tests/support/crafted_votes.hpp"

#include "actors/brb/quorum.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;
using namespace troupe::membership;

namespace {

constexpr std::size_t outsiders = 2;

/// Joins, leaves, requests and deliveries in any order among `members` and two nodes outside.
class interpreter {
public:
  interpreter(std::size_t members, std::uint64_t seed) : cluster_(members + outsiders, members, seed) {}

  void act() {
    auto& rng = cluster_.rng;
    const auto who = static_cast<std::size_t>(rng.below(cluster_.size()));
    const auto other = static_cast<std::size_t>(rng.below(cluster_.size()));
    const auto kind = rng.below(10);
    if (kind == 0 && cluster_[who].join(other).empty())
      requested_.insert({change_kind::join, actor_number(other)});
    else if (kind == 1 && cluster_[who].members().size() > 1 && cluster_[who].leave(other).empty())
      requested_.insert({change_kind::leave, actor_number(other)});
    else if (kind == 2 && who != other)
      cluster_[who].ask(other);
    else if (kind > 2)
      cluster_.deliver_random();
  }

  void settle() {
    for (int round = 0; round < 3; ++round) {
      cluster_.expire_all();
      drain(cluster_);
    }
  }

  void require_agreement() {
    REQUIRE(cluster_.queued() == 0);
    std::map<generation, std::set<peer_id>> agreed;
    for (const auto& node : cluster_.nodes) {
      REQUIRE(node->view().in_progress.empty());
      for (const auto& [gen, members] : node->view().members)
        REQUIRE(agreed.emplace(gen, members).first->second == members);
      for (const auto& [gen, vote] : node->view().history) {
        REQUIRE_FALSE(vote->changes.empty());
        for (const auto& change : vote->changes)
          REQUIRE(requested_.contains(change));
      }
    }
    const auto top = agreed.rbegin()->first;
    const auto& voters = agreed.at(top == generation{0} ? top : generation{top.value() - 1});
    std::size_t holders = 0;
    for (const auto& voter : voters)
      holders += cluster_.find(voter)->view().gen == top;
    REQUIRE(brb::is_quorum(holders, voters.size()));
    generations_ = top.value();
  }
  std::uint64_t generations() const { return generations_; }

private:
  agreement_cluster cluster_;
  std::set<reconfig> requested_;
  std::uint64_t generations_ = 0;
};

} // namespace

TEST_CASE("membership suite: prop_interpreter of one to seven members and sixty actions",
          "[sim][membership]") {
  std::uint64_t generations = 0;
  for (std::size_t members = 1; members <= 7; ++members)
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
      INFO(members << " members, seed " << seed);
      interpreter run(members, seed);
      for (int action = 0; action < 60; ++action)
        run.act();
      run.settle();
      run.require_agreement();
      generations += run.generations();
    }
  REQUIRE(generations > 7 * 30); // else nothing happened
}
