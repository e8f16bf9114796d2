// SPDX-License-Identifier: BSD-3-Clause
// Whole nodes that know one contact each: they find all others, and those of another voting group are
// refused.
#include "tests/support/sim_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

bool meshed(const sim_cluster& cluster) {
  for (std::size_t i = 0; i < cluster.size(); ++i)
    for (std::size_t j = 0; j < cluster.size(); ++j)
      if (i != j && !cluster.in_session(i, j))
        return false;
  return true;
}

} // namespace

TEST_CASE("nodes: a chain of three ends fully meshed and agrees without the middle", "[sim][node]") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    sim_cluster cluster{seed, 3};
    transport::link_conditions rough;
    rough.delay_mean = 1ms;
    if (seed % 2 == 0)
      rough.raw = {100'000, 100'000, 100'000, 5ms};
    cluster.world().set_conditions(rough);
    cluster.start(0, {});
    cluster.start(1, {0});
    cluster.start(2, {1});
    INFO("seed " << seed);
    REQUIRE(cluster.scheduler().run_until([&] { return meshed(cluster); }, 60s));
    cluster.crash(1);
    cluster.trust(0, 0);
    cluster.trust(2, 0);
    cluster.scheduler().run_for(1s);
    cluster.join(0, 2, [](const std::string&) {}); // strangers are told nothing
    cluster.scheduler().run_for(10s);
    std::string answer = "no answer";
    cluster.execute(0, "add", 3, [&](const std::string& error) { answer = error; });
    cluster.scheduler().run_for(60s);
    REQUIRE(answer.empty());
    const auto told = cluster.ask(2);
    cluster.scheduler().run_for(1s);
    REQUIRE(told->values == std::set<std::uint64_t>{3});
    REQUIRE(cluster.stop_all(30s));
  }
}

TEST_CASE("nodes: two settled groups have no sessions with one another", "[sim][node]") {
  sim_cluster cluster{7, 3};
  for (std::size_t i = 0; i < 3; ++i)
    cluster.start(i);
  REQUIRE(cluster.scheduler().run_until([&] { return meshed(cluster); }, 60s));
  cluster.trust(0, 0);
  cluster.trust(1, 1);
  cluster.scheduler().run_for(1s);
  cluster.execute(0, "add", 1, [](const std::string&) {});
  cluster.execute(1, "add", 2, [](const std::string&) {});
  cluster.scheduler().run_for(10s);
  REQUIRE_FALSE(cluster.in_session(0, 1));
  REQUIRE_FALSE(cluster.in_session(1, 0));
  // Who is in no settled group is welcome everywhere.
  REQUIRE(cluster.in_session(2, 0));
  REQUIRE(cluster.in_session(2, 1));
  REQUIRE(cluster.stop_all(30s));
}
