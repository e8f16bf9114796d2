// SPDX-License-Identifier: BSD-3-Clause
// The checks of cost: each complains one beyond its bound, and sees what brb 1.0.10 does and troupe does not.
#include "tools/lab/check/cost_checks.hpp"
#include "tools/lab/run/experiment.hpp"
#include "tools/lab/scenario/scenario_loader.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::lab;
using namespace std::chrono_literals;

namespace {

frame_seen frame(node_index from, node_index to, duration at) {
  return {from, to, "brb.cert", 100, at, at, false};
}

check_result judged(const std::string& algorithm, const std::string& name, int operations) {
  const auto what = parse_scenario(
    "format = 1\nname = \"test\"\nnodes = 4\nalgorithm = \"" + algorithm + "\"\nload = \"" +
      std::to_string(100 * operations) + "ms\"\nsettle = \"1s\"\nrandomise = false\nchecks = [\"" + name +
      "\"]\n[[workload]]\nkind = \"operations\"\nevery = \"100ms\"\ncount = " + std::to_string(operations) +
      "\n",
    "test.toml");
  REQUIRE(what);
  return play(*what, {}).checks.front();
}

} // namespace

TEST_CASE("checks: bounded answers counts the frames from one node to one other in 100 ms", "[sim][lab]") {
  answers_check check;
  REQUIRE(check.hears_frames());
  for (std::size_t i = 0; i < answers_check::frames_max; ++i) {
    check.heard(frame(0, 1, 1s));
    check.heard(frame(0, 2, 1s));
    check.heard(frame(1, 0, 1s));
  }
  CHECK(check.passed());
  check.heard(frame(0, 1, 1s + answers_check::window + 1ns));
  CHECK(check.passed());
  CHECK(check.result().detail == "at most 100 frames to one peer in 100 ms");
  check.heard(frame(1, 0, 1s + answers_check::window));
  CHECK(check.result().detail == "n2 sent n1 101 frames in 100 ms");
}

TEST_CASE("checks: few connections counts those of the original's router", "[sim][lab]") {
  CHECK(judged("troupe", "few-connections", 5).passed);
  CHECK(judged("bracha", "few-connections", 5).passed);
  CHECK_FALSE(judged("brb-1.0.10", "few-connections", 5).passed);
}

TEST_CASE("checks: bounded history counts what the original keeps", "[sim][lab]") {
  const auto few = judged("brb-1.0.10", "bounded-history", 20);
  CHECK(few.passed);
  CHECK(few.detail.starts_with("at most "));
  CHECK_FALSE(judged("brb-1.0.10", "bounded-history", 150).passed);
}
