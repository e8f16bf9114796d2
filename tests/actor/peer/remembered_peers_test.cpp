// SPDX-License-Identifier: BSD-3-Clause
// Whom peers actors write down to find again: who was dialled, who dialled, and nobody that was disconnected.
#include "tests/support/peer_stage.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;

namespace {

std::vector<known_peer> last(const peer_stage::node& of) {
  return of.remembered.empty() ? std::vector<known_peer>{} : of.remembered.back();
}

} // namespace

TEST_CASE("peers: both sides of a session remember the other and forget whom they disconnect",
          "[actor][peer]") {
  peer_stage stage{2};
  for (const std::size_t i : {0u, 1u})
    stage.at(i).identity = sim_identity::keyed; // who is dialled learns from it where the other listens
  stage.start_all();
  stage.connect(0, 1);
  stage.run(10s);
  REQUIRE(stage.joined(0, stage.id(1)));
  REQUIRE(last(stage.at(0)) == std::vector<known_peer>{{stage.id(1), {stage.at(1).address}, {}}});
  REQUIRE(last(stage.at(1)).size() == 1);
  CHECK(last(stage.at(1)).front().peer == stage.id(0));
  const auto writes = stage.at(0).remembered.size();
  stage.run(10min);
  CHECK(stage.at(0).remembered.size() == writes);
  post(stage.at(0).peers, peer::disconnect{stage.id(1)});
  stage.run(2min);
  CHECK(stage.at(0).remembered.size() == writes + 1);
  CHECK(last(stage.at(0)).empty());
}

TEST_CASE("peers: who has no session is not remembered", "[actor][peer]") {
  peer_stage stage{2};
  stage.at(1).network_id = "other";
  stage.start_all();
  stage.connect(0, 1);
  stage.run(5min);
  CHECK(stage.at(0).remembered.empty());
  CHECK(stage.at(1).remembered.empty());
}
