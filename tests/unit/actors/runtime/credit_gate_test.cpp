// SPDX-License-Identifier: BSD-3-Clause
#include "actors/runtime/credit_gate.hpp"

#include <catch2/catch.hpp>

#include <limits>

using namespace troupe;

TEST_CASE("credit gate: lets through up to its limit and counts the refusals", "[unit][runtime]") {
  credit_gate gate{10};
  REQUIRE(gate.take(6));
  REQUIRE(gate.take(4));
  REQUIRE_FALSE(gate.open());
  REQUIRE_FALSE(gate.take(1));
  REQUIRE(gate.refusals() == 1);
  REQUIRE(gate.taken() == 10);
}

TEST_CASE("credit gate: a refused take takes nothing", "[unit][runtime]") {
  credit_gate gate{10};
  gate.take(8);
  REQUIRE_FALSE(gate.take(3));
  REQUIRE(gate.available() == 2);
  REQUIRE(gate.take(2));
}

TEST_CASE("credit gate: what is given back can be taken again", "[unit][runtime]") {
  credit_gate gate{3};
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(gate.take(2));
    REQUIRE_FALSE(gate.take(2));
    gate.give(2);
  }
  REQUIRE(gate.available() == 3);
}

TEST_CASE("credit gate: giving too much never raises the limit", "[unit][runtime]") {
  credit_gate gate{3};
  gate.take(1);
  gate.give(std::numeric_limits<std::size_t>::max());
  REQUIRE(gate.available() == 3);
  REQUIRE(gate.taken() == 0);
}

TEST_CASE("credit gate: one unit larger than the limit passes alone", "[unit][runtime]") {
  credit_gate gate{10};
  REQUIRE(gate.take(1));
  REQUIRE_FALSE(gate.take(25));
  gate.give(1);
  REQUIRE(gate.take(25));
  REQUIRE_FALSE(gate.take(1));
  gate.give(20);
  REQUIRE(gate.available() == 5);
  gate.give(5);
  REQUIRE(gate.available() == 10);
}

TEST_CASE("credit gate: a limit of zero lets nothing through", "[unit][runtime]") {
  credit_gate gate{0};
  REQUIRE_FALSE(gate.take(1));
  REQUIRE_FALSE(gate.open());
}
