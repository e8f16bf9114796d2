// SPDX-License-Identifier: BSD-3-Clause
// What sound files give. What is wrong with others: scenario_errors_test.cpp and fault_errors_test.cpp.
#include "tools/lab/scenario/scenario_loader.hpp"

#include "tests/support/scratch_folder.hpp"
#include "tests/unit/tools/lab/scenario/scenario_lines.hpp"
#include "tools/lab/check/check_names.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>

using namespace troupe;
using namespace troupe::lab;
using namespace std::chrono_literals;

namespace {

const auto checks_in_groups = static_cast<std::size_t>(
  std::count_if(check_names.begin(), check_names.end(), [](const auto& each) { return each.in_groups; }));

} // namespace

TEST_CASE("scenario loader: a short file has the defaults of the format", "[unit][lab]") {
  const auto read = parse_scenario("format = 1\nname = \"a\"\nchecks = [\"agreement\"]\n", "a.toml");
  REQUIRE(read.has_value());
  scenario expected_scenario;
  expected_scenario.file = "a.toml";
  expected_scenario.name = "a";
  expected_scenario.checks = {{"agreement"}};
  CHECK(*read == expected_scenario);
}

TEST_CASE("scenario loader: the top of a file is read", "[unit][lab]") {
  const auto read = parse_scenario(R"(
format = 1
name = "lost-replies"
teaches = "A \"quoted\" sentence."
expect = "fail"
reason = "not built yet"
algorithm = "brb-1.0.10"
signatures = "ed25519"
nodes = 7
voters = 5
degree = 3
load = "1.5s"
settle = "2min"
randomise = false
checks = ["safety"]
)",
                                   "f");
  REQUIRE(read.has_value());
  CHECK(read->teaches == "A \"quoted\" sentence.");
  CHECK(read->expected_to_fail);
  CHECK(read->reason == "not built yet");
  CHECK(read->algorithm == algorithm::original);
  CHECK(read->signatures == signatures::ed25519);
  CHECK(read->nodes == 7);
  CHECK(read->voters == 5);
  CHECK(read->degree == 3);
  CHECK(read->load == 1500ms);
  CHECK(read->settle == 2min);
  CHECK_FALSE(read->randomise);
  CHECK(read->checks.size() == checks_in_groups - 1); // not liveness
}

TEST_CASE("scenario loader: links and slow links differ from the network where they say so", "[unit][lab]") {
  const auto read = parse_scenario(with_head(R"(
[network]
delay_min = "1ms"
delay_mean = "3ms"
bandwidth = 1_000_000
drop = 0.01
detection = "5s"
[[network.link]]
from = "n1"
to = "n2"
delay_mean = "20ms"
[[fault]]
kind = "slow-link"
at = "1s"
lasts = "2s"
jitter = "7ms"
[[fault]]
kind = "break"
every = "1s"
count = 4
)"),
                                   "f");
  REQUIRE(read.has_value());
  CHECK(read->network.detection == 5s);
  CHECK(read->network.everywhere.raw.drop == 10'000);
  auto expected_link = read->network.everywhere;
  expected_link.delay_mean = 20ms;
  REQUIRE(read->network.links.size() == 1);
  CHECK(read->network.links[0] == link_override{0, 1, expected_link});
  auto expected_slow = read->network.everywhere;
  expected_slow.jitter = 7ms;
  REQUIRE(read->faults.size() == 2);
  CHECK(read->faults[0].conditions == expected_slow);
  CHECK(read->faults[1].conditions == transport::link_conditions{});
  CHECK(read->faults[1].every == duration{1s});
  CHECK(read->faults[1].count == 4);
  CHECK_FALSE(read->faults[1].at.has_value());
}

TEST_CASE("scenario loader: workloads and roles and faults are read", "[unit][lab]") {
  const auto read = parse_scenario(with_head(R"(
voters = 4
[[workload]]
kind = "operations"
count = 50
every = "20ms"
from = ["n3"]
values = 9
removals = 0.25
[[workload]]
kind = "membership"
join = ["n5"]
leave = ["n5", "n2"]
first = "1s"
every = "2s"
stagger = "3ms"
[[fault]]
kind = "cut"
at = "2s"
lasts = "1s"
nodes = ["n4", "n1"]
[[fault]]
kind = "bit-flip"
at = "10s"
level = "record"
[[fault]]
kind = "jump"
at = "0s"
offset = "-20s"
[[byzantine]]
node = "n5"
role = "outsider-echoes"
)"),
                                   "f");
  REQUIRE(read.has_value());
  REQUIRE(read->workloads.size() == 2);
  CHECK(std::get<operations_spec>(read->workloads[0]) == operations_spec{50, 20ms, {2}, 9, 250'000});
  CHECK(std::get<membership_spec>(read->workloads[1]) == membership_spec{{4}, {4, 1}, 1s, 2s, 3ms});
  REQUIRE(read->faults.size() == 3);
  CHECK(read->faults[0].nodes == std::vector<node_index>{3, 0}); // from, to: not sorted
  CHECK(read->faults[1].level == fault_level::record);
  CHECK(read->faults[2].offset == -20s);
  CHECK(read->roles == std::vector<role_spec>{{4, role_kind::outsider_echoes}});
}

TEST_CASE("scenario loader: a fault without a style has the first of its kind", "[unit][lab]") {
  const auto read = parse_scenario(with_head("[[fault]]\nkind = \"partition\"\nat = \"1s\"\nlasts = \"1s\"\n"
                                             "[[fault]]\nkind = \"kill-actor\"\nat = \"1s\"\n"
                                             "[[fault]]\nkind = \"pause\"\nat = \"1s\"\nlasts = \"1s\"\n"),
                                   "f");
  REQUIRE(read.has_value());
  CHECK(read->faults[0].style == "halves");
  CHECK(read->faults[1].style == "any");
  CHECK(read->faults[2].style.empty());
}

TEST_CASE("scenario loader: checks named twice or by groups are listed once", "[unit][lab]") {
  const auto read =
    parse_scenario("format = 1\nname = \"a\"\nchecks = [\"liveness\", \"all\", \"agreement\"]\n", "f");
  REQUIRE(read.has_value());
  CHECK(read->checks.size() == checks_in_groups);
  CHECK(read->checks.front().name == "liveness");
}

TEST_CASE("scenario loader: what no group asks for is asked for by its name", "[unit][lab]") {
  const auto read =
    parse_scenario("format = 1\nname = \"a\"\nchecks = [\"all\", \"equivocators-expelled\"]\n", "f");
  REQUIRE(read.has_value());
  CHECK(read->checks.size() == checks_in_groups + 1);
  CHECK(read->checks.back().name == "equivocators-expelled");
}

TEST_CASE("scenario loader: a file is read from disk and errors name its path", "[unit][lab]") {
  const test::scratch_folder folder;
  const auto path = (folder.path() / "a.toml").string();
  std::ofstream{path} << with_head("");
  const auto good = load_scenario(path);
  REQUIRE(good.has_value());
  CHECK(good->file == path);
  std::ofstream{path} << with_head("noodles = 3\n");
  const auto bad = load_scenario(path);
  REQUIRE_FALSE(bad.has_value());
  REQUIRE(bad.error().size() == 1);
  CHECK(bad.error()[0].text == path + ":6: unknown key noodles in the top of the file: did you mean nodes?");
}

TEST_CASE("scenario loader: what is no readable file is refused", "[unit][lab]") {
  const test::scratch_folder folder;
  const auto missing = (folder.path() / "none.toml").string();
  const auto refused = load_scenario(missing);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error()[0].text == missing + ": cannot be read: check that it exists and may be read");
  const auto directory = load_scenario(folder.path().string());
  REQUIRE_FALSE(directory.has_value());
  CHECK(directory.error()[0].text == folder.path().string() + ": is a directory: name a TOML file");
}
