// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/scenario/scenario_text.hpp"

#include "tests/unit/tools/lab/scenario/random_scenario.hpp"
#include "tools/lab/check/check_names.hpp"
#include "tools/lab/scenario/scenario_loader.hpp"
#include "tools/lab/scenario/scenario_names.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace troupe;
using namespace troupe::lab;
using namespace std::chrono_literals;

TEST_CASE("scenario text: parsing it gives the same scenario and the same text", "[unit][lab]") {
  std::set<std::string> texts;
  std::set<fault_kind> kinds;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const auto drawn = random_scenario(seed);
    const auto text = to_toml(drawn);
    const auto read = parse_scenario(text, "");
    CAPTURE(seed, text);
    if (!read)
      FAIL(read.error().at(0).text);
    CHECK(*read == drawn);
    CHECK(to_toml(*read) == text);
    texts.insert(text);
    for (const auto& fault : drawn.faults)
      kinds.insert(fault.kind);
  }
  CHECK(texts.size() == 300);
  CHECK(kinds.size() == fault_names.size());
}

TEST_CASE("scenario text: every default is written out in fixed order", "[unit][lab]") {
  scenario small;
  small.name = "small";
  small.teaches = "Say \"hello\".";
  small.checks = {{"agreement"}, {"liveness"}};
  small.faults = {{}};
  small.faults[0].at = 2s;
  small.faults[0].lasts = 1500ms;
  small.roles = {{3, role_kind::slow_drip}};
  CHECK(to_toml(small) == R"(format = 1
name = "small"
teaches = "Say \"hello\"."
expect = "pass"
algorithm = "troupe"
signatures = "stub"
nodes = 4
voters = 0
degree = 0
load = "5s"
settle = "15min"
newer = []
randomise = true
checks = ["agreement", "liveness"]

[network]
delay_min = "100us"
delay_mean = "200us"
jitter = "0s"
bandwidth = 0
split = 0.0
dial_refused = 0.0
drop = 0.0
duplicate = 0.0
reorder = 0.0
hold_max = "50ms"
detection = "3s"

[[fault]]
kind = "crash"
style = "restart"
at = "2s"
nodes = []
lasts = "1500ms"

[[byzantine]]
node = "n4"
role = "slow-drip"
)");
}

TEST_CASE("scenario text: any text keeps its bytes", "[unit][lab]") {
  scenario odd;
  odd.name = "odd";
  odd.checks = {{"agreement"}};
  odd.teaches = "quote \" backslash \\ hash # delete \x7f accent \xc3\xa9 end";
  const auto read = parse_scenario(to_toml(odd), "");
  REQUIRE(read.has_value());
  CHECK(read->teaches == odd.teaches);
}

TEST_CASE("scenario text: the largest scenario fits the limit of a file", "[unit][lab]") {
  scenario large;
  large.name = std::string(64, 'n');
  large.nodes = 10'000;
  large.voters = 1;
  large.teaches = large.reason = std::string(500, '"');
  large.expected_to_fail = true;
  large.checks = {{"agreement"}};
  transport::link_conditions wordy{59'999'999'999ns,
                                   59'999'999'999ns,
                                   59'999'999'999ns,
                                   999'999'999'999,
                                   100'001,
                                   100'001,
                                   {100'001, 100'001, 100'001, 59'999'999'999ns}};
  large.network = {wordy, 599'999'999'999ns, {}};
  fault_spec fault;
  fault.kind = fault_kind::slow_link;
  fault.every = 86'399'999'999'999ns;
  fault.count = 100'000;
  fault.lasts = *fault.every;
  fault.conditions = wordy;
  fault.nodes = {9'999, 9'998};
  for (node_index i = 0; i < 1'000; ++i) {
    large.network.links.push_back({9'999, 8'000 + i, wordy});
    large.faults.push_back(fault);
    large.roles.push_back({8'000 + i, role_kind::withhold_certificate});
  }
  operations_spec asked;
  for (node_index i = 0; i < 9'600; ++i)
    asked.from.push_back(9'999 - i);
  large.workloads.assign(5, asked); // and the 2,000 of the faults make 50,000 nodes named
  const auto text = to_toml(large);
  CHECK(text.size() > scenario_bytes_max / 2);
  const auto read = parse_scenario(text, "");
  if (!read)
    FAIL(read.error().at(0).text);
  CHECK(*read == large);
}
