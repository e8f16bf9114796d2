// SPDX-License-Identifier: BSD-3-Clause
#include "transport/admission/byte_budget.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::transport;

TEST_CASE("byte budget: a reservation counts on every level or on none", "[unit][admission]") {
  byte_budget node{100};
  byte_budget peer{80, &node};
  byte_budget other{80, &node};
  REQUIRE(peer.reserve(60));
  REQUIRE_FALSE(peer.reserve(21));
  REQUIRE_FALSE(other.reserve(41));
  REQUIRE(other.used() == 0);
  REQUIRE(other.reserve(40));
  REQUIRE(node.used() == 100);
  peer.release(60);
  REQUIRE(node.used() == 40);
}

TEST_CASE("byte budget: a size near the largest number does not wrap around", "[unit][admission]") {
  byte_budget node{100};
  REQUIRE(node.reserve(50));
  REQUIRE_FALSE(node.reserve(SIZE_MAX));
  REQUIRE_FALSE(node.reserve(SIZE_MAX - 49));
  REQUIRE(node.used() == 50);
}

TEST_CASE("byte budget: a child that goes gives back what it held", "[unit][admission]") {
  byte_budget node{100};
  {
    byte_budget peer{80, &node};
    byte_budget stream{50, &peer};
    REQUIRE(stream.reserve(50));
    REQUIRE(peer.reserve(30));
    REQUIRE(node.used() == 80);
  }
  REQUIRE(node.used() == 0);
}

TEST_CASE("byte budget: releasing more than was reserved is a programming error", "[unit][admission]") {
  byte_budget node{100};
  node.reserve(1);
  REQUIRE_THROWS_AS(node.release(2), assertion_failed);
}
