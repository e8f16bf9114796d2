// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/sweep/seed_range.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::lab;

TEST_CASE("seed range: both ends are included", "[unit][lab]") {
  REQUIRE(parse_seeds("1..100") == seed_range{1, 100});
  REQUIRE(parse_seeds("1..100")->size() == 100);
  REQUIRE(parse_seeds("7") == seed_range{7, 7});
  REQUIRE(parse_seeds("0..0")->size() == 1);
  REQUIRE(parse_seeds("18446744073709551615") == seed_range{~0ull, ~0ull});
}

TEST_CASE("seed range: says what is wrong", "[unit][lab]") {
  REQUIRE(parse_seeds("5..1").error().text ==
          "seeds 5..1: the last comes before the first: did you mean 1..5?");
  for (const auto* wrong : {"", "x", "..", "1..", "..2", "1...2", "1..2..3", "-1..2", "1-2", " 1..2", "1..2 ",
                            "1.5", "18446744073709551616", "0x10"})
    CHECK(parse_seeds(wrong).error().text.find("write the first and the last") != std::string::npos);
}

TEST_CASE("seed range: has a cap", "[unit][lab]") {
  REQUIRE(parse_seeds("1..1000000000")->size() == seeds_max);
  REQUIRE(parse_seeds("1..1000000001").error().text == "seeds 1..1000000001: more than 1000000000 seeds");
  REQUIRE_FALSE(parse_seeds("0..18446744073709551615"));
}
