// SPDX-License-Identifier: BSD-3-Clause
#include "transport/tcp/spin_window.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::transport;
using namespace std::chrono_literals;

TEST_CASE("spin window: it is closed until work comes in short gaps", "[unit][tcp]") {
  spin_window spin;
  REQUIRE(spin.span() == duration{});
  spin.came_after(1ms);
  REQUIRE(spin.span() == duration{});
  spin.came_after(130us);
  REQUIRE(spin.span() == spin_window::first);
}

TEST_CASE("spin window: short gaps open it up to its bound", "[unit][tcp]") {
  spin_window spin;
  for (int i = 0; i < 10; ++i)
    spin.came_after(spin_window::longest);
  REQUIRE(spin.span() == spin_window::longest);
}

TEST_CASE("spin window: one long gap closes it", "[unit][tcp]") {
  spin_window spin;
  for (int i = 0; i < 10; ++i)
    spin.came_after(10us);
  spin.came_after(spin_window::longest + 1us);
  REQUIRE(spin.span() == duration{});
}
