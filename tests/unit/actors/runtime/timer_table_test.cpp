// SPDX-License-Identifier: BSD-3-Clause
#include "actors/runtime/timer_table.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace std::chrono_literals;

namespace {

constexpr timer_id first{1}, second{2}, third{3};

time_point at(duration since) {
  return time_point{since};
}

} // namespace

TEST_CASE("timer table: nothing is due before its deadline and everything at it", "[unit][runtime]") {
  timer_table timers;
  REQUIRE(timers.arm(first, at(10ms)));
  REQUIRE_FALSE(timers.due(at(10ms - 1ns)));
  REQUIRE(timers.due(at(10ms)) == first);
  REQUIRE_FALSE(timers.due(at(10ms)));
}

TEST_CASE("timer table: due timers come by deadline and then by id", "[unit][runtime]") {
  timer_table timers;
  timers.arm(third, at(5ms));
  timers.arm(second, at(7ms));
  timers.arm(first, at(7ms));
  REQUIRE(timers.due(at(1s)) == third);
  REQUIRE(timers.due(at(1s)) == first);
  REQUIRE(timers.due(at(1s)) == second);
}

TEST_CASE("timer table: arming again moves the deadline", "[unit][runtime]") {
  timer_table timers;
  timers.arm(first, at(5ms));
  timers.arm(first, at(9ms));
  REQUIRE(timers.size() == 1);
  REQUIRE_FALSE(timers.due(at(8ms)));
  timers.arm(first, at(3ms));
  REQUIRE(timers.due(at(3ms)) == first);
}

TEST_CASE("timer table: a cancelled timer never comes", "[unit][runtime]") {
  timer_table timers;
  timers.arm(first, at(5ms));
  timers.cancel(first);
  timers.cancel(second);
  REQUIRE_FALSE(timers.due(at(1s)));
  REQUIRE_FALSE(timers.wake());
}

TEST_CASE("timer table: asks for no wake-up while an early enough one is under way", "[unit][runtime]") {
  timer_table timers;
  timers.arm(first, at(5ms));
  REQUIRE(timers.wake() == at(5ms));
  REQUIRE_FALSE(timers.wake());
  timers.arm(second, at(8ms));
  REQUIRE_FALSE(timers.wake());
  timers.arm(third, at(2ms));
  REQUIRE(timers.wake() == at(2ms));
  timers.fired(at(2ms));
  REQUIRE(timers.due(at(2ms)) == third);
  REQUIRE_FALSE(timers.wake()); // the one for 5 ms is still to come
  timers.fired(at(5ms));
  REQUIRE(timers.due(at(5ms)) == first);
  REQUIRE(timers.wake() == at(8ms));
}

TEST_CASE("timer table: moving a timer to and fro keeps one wake-up under way", "[unit][runtime]") {
  timer_table timers;
  for (int round = 0; round < 10'000; ++round) {
    timers.arm(first, at(5ms + round * 1us));
    timers.wake();
    timers.cancel(first);
  }
  REQUIRE(timers.wakes_under_way() == 1);
}

TEST_CASE("timer table: refuses more timers than its cap and still moves known ones", "[unit][runtime]") {
  timer_table timers{2};
  REQUIRE(timers.arm(first, at(1ms)));
  REQUIRE(timers.arm(second, at(2ms)));
  REQUIRE_FALSE(timers.arm(third, at(3ms)));
  REQUIRE(timers.arm(first, at(4ms)));
  timers.cancel(second);
  REQUIRE(timers.arm(third, at(3ms)));
}
