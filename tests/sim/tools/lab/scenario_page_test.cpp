// SPDX-License-Identifier: BSD-3-Clause
// Goal: what the reference page of scenario files shows can be done. Method: its last example is played.
#include "tools/lab/run/experiment.hpp"
#include "tools/lab/scenario/scenario_loader.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>

using namespace troupe::lab;

namespace {

std::string last_example() {
  std::ifstream in{TROUPE_SOURCE_DIR "/docs/lab/scenario.md"};
  const std::string page{std::istreambuf_iterator<char>{in}, {}};
  constexpr std::string_view opens = "```toml\n";
  const auto from = page.rfind(opens);
  REQUIRE(from != std::string::npos);
  return page.substr(from + opens.size(), page.find("```", from + opens.size()) - from - opens.size());
}

} // namespace

TEST_CASE("scenario page: its example passes when it is played", "[sim][lab]") {
  const auto what = parse_scenario(last_example(), "page.toml");
  REQUIRE(what);
  experiment_options how;
  how.for_report = false;
  const auto run = play(*what, how);
  for (const auto& each : run.checks) {
    INFO(each.name << ": " << each.detail);
    CHECK(each.passed);
  }
  CHECK(run.outcome == verdict::passed);
  CHECK_FALSE(run.interrupted);
  CHECK(count(run).ok > 0);
  CHECK(run.faults.size() == 5); // the partition, three crashes and the clock
}
