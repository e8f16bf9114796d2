// SPDX-License-Identifier: BSD-3-Clause
// Shrinking against made-up rules of what fails: it finds the least scenario, keeps to the format, and stops.
#include "tests/unit/tools/lab/scenario/random_scenario.hpp"
#include "tools/lab/scenario/scenario_loader.hpp"
#include "tools/lab/scenario/scenario_text.hpp"
#include "tools/lab/shrink/shrink.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

using namespace troupe;
using namespace troupe::lab;
using namespace std::chrono_literals;

namespace {

scenario large() {
  constexpr auto text = R"(
format = 1
name = "large"
nodes = 7
load = "20s"
checks = ["agreement", "validity", "liveness"]
[network]
drop = 0.1
jitter = "3ms"
bandwidth = 1000000
[[network.link]]
from = "n2"
to = "n3"
[[workload]]
kind = "operations"
count = 500
[[workload]]
kind = "operations"
from = ["n5"]
[[fault]]
kind = "pause"
at = "1s"
lasts = "2s"
[[fault]]
kind = "crash"
every = "1s"
lasts = "400ms"
nodes = ["n3", "n4"]
[[fault]]
kind = "break"
at = "10s"
nodes = ["n1", "n6"]
[[byzantine]]
node = "n7"
role = "mute"
)";
  return parse_scenario(text, "large.toml").value();
}

bool has_crash(const scenario& what) {
  return std::any_of(what.faults.begin(), what.faults.end(),
                     [](const fault_spec& each) { return each.kind == fault_kind::crash; });
}

std::uint32_t operations_of(const scenario& what) {
  std::uint32_t all = 0;
  for (const auto& each : what.workloads)
    if (const auto* spec = std::get_if<operations_spec>(&each))
      all += spec->count;
  return all;
}

/// Fails with every seed if `rule` says so.
shrink_oracle always(std::function<bool(const scenario&)> rule) {
  return [rule = std::move(rule)](const scenario& what, std::uint64_t seed) {
    return rule(what) ? std::optional{seed} : std::nullopt;
  };
}

} // namespace

TEST_CASE("shrink: finds the least scenario that keeps what matters", "[unit][lab]") {
  const auto least = shrink(large(), 7, shrink_passes("validity"), always([](const scenario& what) {
                              return has_crash(what) && operations_of(what) >= 13 && what.nodes >= 3 &&
                                     what.load >= 900ms && what.network.everywhere.raw.drop > 0;
                            }),
                            {});
  REQUIRE(least.finished);
  REQUIRE(least.seed == 7);
  const auto& what = least.what;
  CHECK(what.checks == std::vector{check_spec{"validity"}});
  CHECK(what.nodes == 3);
  CHECK(what.faults.size() == 1);
  CHECK(what.faults[0].count == 1);
  CHECK(what.roles.empty());
  CHECK(operations_of(what) == 13);
  CHECK(what.workloads.size() == 1);
  CHECK(what.load < 1300ms);
  CHECK(what.network.links.empty());
  CHECK(what.network.everywhere.jitter == 0s);
  CHECK(what.network.everywhere.bandwidth == 0);
  CHECK(what.network.everywhere.raw.drop == 100'000);
  CHECK_FALSE(what.randomise);
}

TEST_CASE("shrink: leaves alone what needs everything", "[unit][lab]") {
  const auto whole = large();
  const auto same = shrink(whole, 1, shrink_passes("agreement"),
                           always([&](const scenario& what) { return what == whole; }), {});
  REQUIRE(same.what == whole);
  REQUIRE(same.finished);
  REQUIRE(same.tries > 20);
}

TEST_CASE("shrink: follows the seed that fails", "[unit][lab]") {
  std::vector<std::uint64_t> asked;
  const auto least = shrink(large(), 10, shrink_passes("agreement"),
                            [&](const scenario& what, std::uint64_t seed) -> std::optional<std::uint64_t> {
                              asked.push_back(seed);
                              return has_crash(what) ? std::optional{seed + 1} : std::nullopt;
                            },
                            {});
  REQUIRE(asked.front() == 10);
  REQUIRE(asked.back() == least.seed);
  REQUIRE(least.seed > 15);
}

TEST_CASE("shrink: stops at its cap of tries and at an interrupt", "[unit][lab]") {
  shrink_options capped;
  capped.tries_max = 5;
  std::size_t told = 0;
  capped.tell = [&](std::size_t tries, const std::string&) { told = tries; };
  const auto some =
    shrink(large(), 1, shrink_passes("agreement"), always([](const scenario&) { return false; }), capped);
  REQUIRE(some.tries == 5);
  REQUIRE(told == 5);
  REQUIRE_FALSE(some.finished);
  shrink_options impatient;
  impatient.interrupted = [] { return true; };
  const auto none =
    shrink(large(), 1, shrink_passes("agreement"), always([](const scenario&) { return true; }), impatient);
  REQUIRE(none.tries == 0);
  REQUIRE(none.what == large());
  REQUIRE_FALSE(none.finished);
}

TEST_CASE("shrink: tries only sound scenarios and none twice", "[unit][lab]") {
  std::size_t tried = 0;
  for (std::uint64_t seed = 1; seed <= 15; ++seed) {
    std::set<std::string> seen;
    std::uint64_t draws = seed;
    shrink_options how;
    how.tries_max = 60;
    shrink(
      random_scenario(seed), seed, shrink_passes("agreement"),
      [&](const scenario& what, std::uint64_t with) -> std::optional<std::uint64_t> {
        const auto text = to_toml(what);
        CHECK(seen.insert(text).second);
        CHECK(parse_scenario(text, "").has_value());
        draws = draws * 6364136223846793005ull + 1442695040888963407ull;
        return draws >> 63 == 0 ? std::optional{with} : std::nullopt;
      },
      how);
    tried += seen.size();
  }
  CHECK(tried > 300);
}

TEST_CASE("shrink: a node that goes takes along what was about it alone", "[unit][lab]") {
  auto what = large();
  what.voters = 4;
  what.degree = 6;
  const auto left = without_node(what, 2); // n3
  CHECK(left.nodes == 6);
  CHECK(left.voters == 3);
  CHECK(left.degree == 5);
  CHECK(left.network.links.empty());
  CHECK(std::get<operations_spec>(left.workloads[1]).from == std::vector<node_index>{3});
  CHECK(left.faults[1].nodes == std::vector<node_index>{2});
  CHECK(left.faults[2].nodes == std::vector<node_index>{0, 4});
  CHECK(left.roles[0].node == 5);
  const auto without_five = without_node(what, 4);
  CHECK(without_five.workloads.size() == 1);
  CHECK(without_five.voters == 4);
  CHECK(without_node(what, 0).faults.size() == 2); // a pair that lost one end
  CHECK(without_node(what, 6).roles.empty());
}
