// SPDX-License-Identifier: BSD-3-Clause
#include "node/tree/address_table.hpp"

#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using test::actor_number;

namespace {

const auto here = *multiaddr::parse("/ip4/127.0.0.1/tcp/1");
const auto there = *multiaddr::parse("/ip4/127.0.0.1/tcp/2");

} // namespace

TEST_CASE("address table: knows itself and what it was told and nobody else", "[unit][node]") {
  address_table table{actor_number(0), here};
  REQUIRE(table.of(actor_number(0)) == here.text());
  REQUIRE(table.of(actor_number(1)) == "<unknown>");
  table.learn(actor_number(1), there);
  table.learn(actor_number(2), {});
  REQUIRE(table.of(actor_number(1)) == there.text());
  REQUIRE(table.of(actor_number(2)) == "<unknown>");
}

TEST_CASE("address table: it forgets one when it is full", "[unit][node]") {
  address_table table{actor_number(0), here};
  for (std::size_t i = 1; i <= address_table::known_max + 1; ++i)
    table.learn(actor_number(i), there);
  std::size_t known = 0;
  for (std::size_t i = 1; i <= address_table::known_max + 1; ++i)
    known += table.of(actor_number(i)) == there.text() ? 1u : 0u;
  REQUIRE(known == address_table::known_max);
}
