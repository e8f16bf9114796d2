// SPDX-License-Identifier: BSD-3-Clause
#include "tools/bench/forked.hpp"

#include <catch2/catch.hpp>

#include <unistd.h>

using namespace troupe::bench;

TEST_CASE("forked: what each process measures comes back", "[unit][bench]") {
  REQUIRE(in_processes(2, [] { return 1.5; }) == std::vector<double>{1.5, 1.5});
  REQUIRE(sum_of_processes(2, [] { return 1.5; }) == 3.0);
}

TEST_CASE("forked: a process that dies gives nothing and counts as a failure", "[unit][bench]") {
  const auto dies = []() -> double { ::_exit(3); };
  REQUIRE(in_processes(2, dies).empty());
  REQUIRE(sum_of_processes(2, dies) == 0.0);
}
