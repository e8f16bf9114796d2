// SPDX-License-Identifier: BSD-3-Clause
// A sweep with a player that answers at once: what counts, what stops it, and that the threads' order does
// not show.
#include "tools/lab/sweep/sweep_text.hpp"

#include <boost/json/array.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <stdexcept>

using namespace troupe;
using namespace troupe::lab;

namespace {

sweep_plan plan_of(std::vector<std::string> names, seed_range seeds, unsigned jobs) {
  sweep_plan plan;
  for (auto& name : names) {
    scenario one;
    one.file = name + ".toml";
    one.name = std::move(name);
    one.checks = {{"agreement"}};
    plan.scenarios.push_back(std::move(one));
  }
  plan.seeds = seeds;
  plan.jobs = jobs;
  return plan;
}

run_record run_that(bool passes) {
  run_record run;
  run.outcome = passes ? verdict::passed : verdict::failed;
  run.messages = 10;
  run.operations.resize(2);
  run.operations[0].outcome = operation_record::result::ok;
  run.checks = {{"agreement", passes, passes ? "" : "two contents", {}}, {"validity", true, "", {}}};
  run.marks = {"Signature"};
  return run;
}

sweep_hooks never_interrupted() {
  sweep_hooks hooks;
  hooks.interrupted = [] { return false; };
  return hooks;
}

} // namespace

TEST_CASE("sweep: plays every scenario with every seed and adds up", "[unit][lab]") {
  const auto jobs = GENERATE(1u, 2u, 7u);
  const auto plan = plan_of({"a", "b"}, {3, 12}, jobs);
  std::set<std::pair<std::string, std::uint64_t>> seen;
  std::mutex guard;
  bool twice = false;
  const auto outcome = sweep(
    plan,
    [&](const scenario& what, std::uint64_t seed, const auto&) {
      const std::scoped_lock lock{guard};
      twice |= !seen.emplace(what.name, seed).second;
      return run_that(true);
    },
    never_interrupted());
  REQUIRE_FALSE(twice);
  REQUIRE(seen.size() == 20);
  REQUIRE(seen.contains({"a", 3}));
  REQUIRE(seen.contains({"b", 12}));
  REQUIRE(outcome.totals.schedules == 20);
  REQUIRE(outcome.totals.messages == 200);
  REQUIRE(outcome.totals.checks == 40);
  REQUIRE(outcome.totals.operations.ok == 20);
  REQUIRE(outcome.totals.operations.unknown == 20);
  REQUIRE(outcome.tallies[1].passed == 10);
  REQUIRE_FALSE(outcome.failure);
  REQUIRE_FALSE(outcome.interrupted);
}

TEST_CASE("sweep: stops at the first failure in the order of the plan", "[unit][lab]") {
  // Several seeds fail; whichever ends first, the least counts.
  for (int repeat = 0; repeat < 20; ++repeat) {
    std::atomic<int> played{0};
    const auto outcome = sweep(
      plan_of({"a", "b"}, {1, 100'000}, 4),
      [&](const scenario& what, std::uint64_t seed, const auto&) {
        ++played;
        return run_that(what.name == "a" || seed < 20);
      },
      never_interrupted());
    REQUIRE(outcome.failure);
    CHECK(outcome.failure->scenario == 1);
    CHECK(outcome.failure->seed == 20);
    CHECK(outcome.failure->what == "agreement: two contents");
    CHECK(played < 60);
  }
}

TEST_CASE("sweep: goes on past failures when told", "[unit][lab]") {
  auto plan = plan_of({"a"}, {1, 10}, 2);
  plan.past_failures = true;
  std::set<std::uint64_t> heard;
  auto hooks = never_interrupted();
  hooks.played = [&](std::uint64_t number, const run_record&) { heard.insert(number); };
  const auto outcome = sweep(
    plan, [](const scenario&, std::uint64_t seed, const auto&) { return run_that(seed % 2 == 0); }, hooks);
  REQUIRE(heard.size() == 10);
  REQUIRE(outcome.tallies[0].failed == 5);
  REQUIRE_FALSE(outcome.failure);
}

TEST_CASE("sweep: a run that breaks off is a failure", "[unit][lab]") {
  const auto outcome = sweep(
    plan_of({"a"}, {1, 10}, 2),
    [](const scenario&, std::uint64_t seed, const auto&) -> run_record {
      if (seed == 4)
        throw std::runtime_error{"assertion"};
      return run_that(true);
    },
    never_interrupted());
  REQUIRE(outcome.failure);
  REQUIRE(outcome.failure->seed == 4);
  REQUIRE(outcome.failure->what == "the run broke off: assertion");
}

TEST_CASE("sweep: what is expected to fail must fail once and may pass", "[unit][lab]") {
  auto plan = plan_of({"a", "b"}, {1, 10}, 2);
  plan.scenarios[0].expected_to_fail = plan.scenarios[1].expected_to_fail = true;
  const auto outcome = sweep(
    plan,
    [](const scenario& what, std::uint64_t seed, const auto&) {
      return run_that(what.name == "b" || seed != 5);
    },
    never_interrupted());
  REQUIRE_FALSE(outcome.failure);
  REQUIRE(outcome.totals.schedules == 20);
  REQUIRE(outcome.tallies[0].failed == 1);
  REQUIRE(never_failed(plan, outcome) == std::vector<std::size_t>{1});
  const auto text = sweep_text(plan, outcome, {});
  REQUIRE(
    text.starts_with("a: 9 passed, 1 failed as expected (seed 5)\nb: 10 passed, 0 failed as expected\n"));
  REQUIRE(text.find("FAIL b: expected to fail, and never did\n") != std::string::npos);
  REQUIRE(text.find("FAIL a") == std::string::npos);
}

TEST_CASE("sweep: the least seeds that failed are listed and the others counted", "[unit][lab]") {
  auto plan = plan_of({"a"}, {1, 60}, 3);
  plan.scenarios[0].expected_to_fail = true;
  const auto outcome = sweep(
    plan, [](const scenario&, std::uint64_t seed, const auto&) { return run_that(seed % 2 == 0); },
    never_interrupted());
  REQUIRE(outcome.tallies[0].failed == 30);
  REQUIRE(outcome.tallies[0].failed_seeds.size() == seeds_listed_max);
  REQUIRE(*outcome.tallies[0].failed_seeds.rbegin() == 39);
  const auto text = sweep_text(plan, outcome, {});
  REQUIRE(text.starts_with("a: 30 passed, 30 failed as expected (seeds 1 3 5 7 "));
  REQUIRE(text.find(" 37 39 and 10 more)\n") != std::string::npos);
  const auto object = sweep_object(plan, outcome, {});
  REQUIRE(object.at("scenarios").at(0).at("failed_seeds").as_array().size() == seeds_listed_max);
}

TEST_CASE("sweep: a short one shows a few of the marks never hit unless all are asked for", "[unit][lab]") {
  const auto plan = plan_of({"a"}, {1, 5}, 1);
  auto outcome = sweep(
    plan, [](const scenario&, std::uint64_t, const auto&) { return run_that(true); }, never_interrupted());
  const auto never = marks_never_hit(plan, outcome);
  REQUIRE(never.size() > marks_shown_max);
  const std::string last{never.back()};
  const auto text = sweep_text(plan, outcome, {});
  REQUIRE(text.find("marks never hit: " + std::to_string(never.size()) + ", such as ") != std::string::npos);
  REQUIRE(text.find(" (--marks lists all)\n") != std::string::npos);
  REQUIRE(text.find(last) == std::string::npos);
  REQUIRE(sweep_text(plan, outcome, {}, true).find(last + "\n") != std::string::npos);
  outcome.totals.schedules = telling_schedules;
  REQUIRE(sweep_text(plan, outcome, {}).find(last + "\n") != std::string::npos);
  outcome.totals.schedules = 0; // interrupted at once: there is nothing to tell
  REQUIRE(sweep_text(plan, outcome, {}).starts_with("0 of 5 schedules in "));
  REQUIRE(sweep_text(plan, outcome, {}, true).find("marks") == std::string::npos);
}

TEST_CASE("sweep: an interrupt ends it and is told", "[unit][lab]") {
  auto plan = plan_of({"a"}, {1, 1000}, 2);
  plan.scenarios[0].expected_to_fail = true;
  std::atomic<int> played{0};
  sweep_hooks hooks;
  hooks.interrupted = [&] { return played >= 10; };
  const auto outcome = sweep(
    plan,
    [&](const scenario&, std::uint64_t, const auto& interrupted) {
      ++played;
      auto run = run_that(true);
      if (interrupted())
        run.outcome = verdict::partial;
      return run;
    },
    hooks);
  REQUIRE(outcome.interrupted);
  REQUIRE(outcome.totals.schedules < 10);
  REQUIRE(outcome.totals.schedules >= 8);
  REQUIRE(never_failed(plan, outcome).empty()); // it might have failed yet
  REQUIRE(sweep_text(plan, outcome, {}).find("; partial\n") != std::string::npos);
}

TEST_CASE("sweep: text and JSON tell a failure and the marks never hit", "[unit][lab]") {
  const auto plan = plan_of({"a"}, {1, 5}, 1);
  const auto outcome = sweep(
    plan, [](const scenario&, std::uint64_t seed, const auto&) { return run_that(seed != 3); },
    never_interrupted());
  const kept_failure kept{"troupe lab replay a.toml --seed 3  # (rev abc1234)", "results/a-3-1"};
  const auto text = sweep_text(plan, outcome, kept);
  REQUIRE(text.find("a: 2 passed, 1 failed\n3 of 5 schedules in ") != std::string::npos);
  REQUIRE(text.ends_with("FAIL a with seed 3: agreement: two contents\nreport: results/a-3-1/report.html\n"
                         "replay: troupe lab replay a.toml --seed 3  # (rev abc1234)\n"));
  const auto never = marks_never_hit(plan, outcome);
  REQUIRE(std::find(never.begin(), never.end(), "Signature") == never.end());
  REQUIRE(std::find(never.begin(), never.end(), "RefusedToStart") != never.end());
  auto object = sweep_object(plan, outcome, kept);
  REQUIRE(object["schedules"].to_number<int>() == 3);
  REQUIRE(object["planned"].to_number<int>() == 5);
  REQUIRE(object["failure"].as_object()["seed"].to_number<int>() == 3);
  REQUIRE(object["marks"].as_array().size() == 1);
  REQUIRE(object["marks_never_hit"].as_array().size() == never.size());
}
