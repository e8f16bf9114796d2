// SPDX-License-Identifier: BSD-3-Clause
#include "actors/runtime/restart_policy.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace std::chrono_literals;

TEST_CASE("restart policy: the three kinds differ as in OTP", "[unit][runtime]") {
  REQUIRE(wants_restart(restart::permanent, false));
  REQUIRE(wants_restart(restart::permanent, true));
  REQUIRE_FALSE(wants_restart(restart::transient, false));
  REQUIRE(wants_restart(restart::transient, true));
  REQUIRE_FALSE(wants_restart(restart::temporary, false));
  REQUIRE_FALSE(wants_restart(restart::temporary, true));
}

TEST_CASE("restart window: one more than the intensity within the period is too much", "[unit][runtime]") {
  restart_window window{3, 5s};
  const time_point start{1h};
  REQUIRE(window.count(start));
  REQUIRE(window.count(start + 2s));
  REQUIRE(window.count(start + 5s));
  REQUIRE_FALSE(window.count(start + 5s));
}

TEST_CASE("restart window: restarts older than the period do not count", "[unit][runtime]") {
  restart_window window{3, 5s};
  time_point now{1h};
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(window.count(now));
    REQUIRE(window.counted() <= 3);
    now += 1700ms;
  }
}

TEST_CASE("restart window: an intensity of zero allows none", "[unit][runtime]") {
  restart_window window{0, 5s};
  REQUIRE_FALSE(window.count(time_point{1s}));
}
