// SPDX-License-Identifier: BSD-3-Clause
// The session of seed 000 on bare machines, line by line.
#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;

namespace {

std::vector<std::string> taken(agreement_node& node) {
  return std::exchange(node.notes, {});
}

} // namespace

TEST_CASE("session: the seed's two nodes print the seed's lines and end equal", "[unit][brb]") {
  agreement_cluster cluster(2);
  auto& a = cluster[0];
  auto& b = cluster[1];
  const auto na = short_name(a.id);
  const auto nb = short_name(b.id);
  REQUIRE(a.trust(0).empty());
  REQUIRE(taken(a) == std::vector<std::string>{"[BRB] " + na + " is forcing " + na + " to join"});
  REQUIRE(b.trust(0).empty());
  REQUIRE(taken(b) == std::vector<std::string>{"[BRB] " + nb + " is forcing " + na + " to join"});

  REQUIRE(a.join(1).empty());
  REQUIRE(taken(a) == std::vector<std::string>{
                        "[BRB] handling packet from " + na + "->" + na, "[MBR] Detected super majority",
                        "[MBR] broadcasting super majority", "[BRB] handling packet from " + na + "->" + na,
                        "[MBR] Detected super majority over super majorities"});
  REQUIRE(a.members() == std::set<peer_id>{a.id, b.id});
  REQUIRE(b.members() == std::set<peer_id>{a.id});
  REQUIRE(membership::text(*a.view().history.begin()->second) ==
          "SM{SM{P(J" + nb + ")@" + na + "G1}@" + na + "G1}@" + na + "G1");

  b.ask(0);
  cluster.run();
  REQUIRE(taken(b) == std::vector<std::string>{"consenting to join the group of " + na,
                                               "[BRB] handling packet from " + na + "->" + nb,
                                               "[MBR] Detected super majority over super majorities",
                                               "[MBR] Adding vote to history"});
  REQUIRE(b.members() == a.members());
  taken(a);

  b.execute("add", 3);
  cluster.run();
  const std::string msg = "Msg { gen: 1, op: Add(" + nb + ".1, [3]), dot: " + nb + ".1 }";
  REQUIRE(taken(b) == std::vector<std::string>{
                        "[BRB] " + nb + " initiating bft for msg " + msg,
                        "[BRB] broadcasting " + nb + "->{" + na + ", " + nb + "}",
                        "[BRB] handling packet from " + nb + "->" + nb, "[BRB] request for validation",
                        "[BRB] handling packet from " + nb + "->" + nb, "[BRB] signed validated",
                        "[BRB] handling packet from " + na + "->" + nb, "[BRB] signed validated",
                        "[BRB] we have quorum over msg, sending proof to network",
                        "[BRB] broadcasting " + nb + "->{" + na + ", " + nb + "}",
                        "[BRB] handling packet from " + nb + "->" + nb, "[BRB] proof of agreement: " + msg});
  REQUIRE(taken(a) == std::vector<std::string>{
                        "[BRB] handling packet from " + nb + "->" + na, "[BRB] request for validation",
                        "[BRB] handling packet from " + nb + "->" + na, "[BRB] proof of agreement: " + msg});
  REQUIRE(cluster.all_read("{3}"));
  REQUIRE(b.live_instances() == 0);
}
