// SPDX-License-Identifier: BSD-3-Clause
#include "node/tree/address_table.hpp"

#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using test::actor_number;

TEST_CASE("address table: knows itself, what the last list named and nobody else", "[unit][node]") {
  const auto self = actor_number(0);
  const auto peer = actor_number(1);
  const auto here = *multiaddr::parse("/ip4/127.0.0.1/tcp/1");
  const auto there = *multiaddr::parse("/ip4/127.0.0.1/tcp/2");
  address_table table{self, here};
  REQUIRE(table.of(self) == here.text());
  REQUIRE(table.of(peer) == "<unknown>");
  table.learn({{peer, there, true, true, {}}, {actor_number(2), {}, true, true, {}}});
  REQUIRE(table.of(peer) == there.text());
  REQUIRE(table.of(actor_number(2)) == "<unknown>");
  table.learn({});
  REQUIRE(table.of(peer) == "<unknown>");
  REQUIRE(table.of(self) == here.text());
}
