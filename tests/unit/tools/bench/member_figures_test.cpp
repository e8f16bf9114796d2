// SPDX-License-Identifier: BSD-3-Clause
#include "tools/bench/member_figures.hpp"

#include <catch2/catch.hpp>

using namespace troupe::bench;

TEST_CASE("member figures: what a process tells is what its parent reads", "[unit][bench]") {
  const std::vector<member_figures> told{{1.5, {1, 2, 3, 4}, 5, 6.25, {0.5, 7}}, {}};
  const auto read = figures_of(text_of(told));
  REQUIRE(text_of(told).find('\n') == std::string::npos);
  REQUIRE(read.size() == 2);
  REQUIRE(read[0].seconds == 1.5);
  REQUIRE(read[0].counts.delivered == 1);
  REQUIRE(read[0].counts.frames == 2);
  REQUIRE(read[0].counts.made == 3);
  REQUIRE(read[0].counts.checked == 4);
  REQUIRE(read[0].failed == 5);
  REQUIRE(read[0].rss_mb == 6.25);
  REQUIRE(read[0].latencies_ms == std::vector<double>{0.5, 7});
  REQUIRE(read[1].latencies_ms.empty());
}

TEST_CASE("member figures: anything else is an exception", "[unit][bench]") {
  for (const auto* text : {"", "ready", "{}", "[{}]", R"([{"seconds":"1"}])", "[1]"})
    REQUIRE_THROWS_AS(figures_of(text), std::exception);
}
