// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/sweep/sweep_text.hpp"

#include "tools/lab/run/marks.hpp"
#include "tools/lab/scenario/scenario_names.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace troupe::lab {
namespace {

namespace json = boost::json;

double seconds(duration span) {
  return std::chrono::duration<double>(span).count();
}

std::string_view expectation(const scenario& of) {
  return expect_names[of.expected_to_fail ? 1 : 0];
}

template <class Names>
json::array array_of(const Names& names) {
  json::array out;
  for (const auto& each : names)
    out.emplace_back(std::string_view{each});
  return out;
}

json::array scenarios_array(const sweep_plan& plan, const sweep_outcome& outcome) {
  json::array out;
  for (std::size_t i = 0; i < plan.scenarios.size(); ++i)
    out.emplace_back(json::object{{"name", plan.scenarios[i].name},
                                  {"file", plan.scenarios[i].file},
                                  {"expect", expectation(plan.scenarios[i])},
                                  {"passed", outcome.tallies[i].passed},
                                  {"failed", outcome.tallies[i].failed},
                                  {"failed_seeds", json::array(outcome.tallies[i].failed_seeds.begin(),
                                                               outcome.tallies[i].failed_seeds.end())}});
  return out;
}

json::value failure_value(const sweep_plan& plan, const sweep_outcome& outcome, const kept_failure& kept) {
  if (!outcome.failure)
    return nullptr;
  return json::object{{"scenario", plan.scenarios[outcome.failure->scenario].name},
                      {"seed", outcome.failure->seed},
                      {"what", outcome.failure->what},
                      {"replay", kept.replay},
                      {"results_dir", kept.folder}};
}

/// The seeds of failures that are expected: of others there is one, which is told by itself.
std::string seeds_text(const scenario_tally& tally) {
  if (tally.failed == 0)
    return "";
  const auto left_out = tally.failed - tally.failed_seeds.size();
  return fmt::format(" (seed{} {}{})", tally.failed == 1 ? "" : "s", fmt::join(tally.failed_seeds, " "),
                     left_out == 0 ? "" : fmt::format(" and {} more", left_out));
}

void write_scenarios(std::string& out, const sweep_plan& plan, const sweep_outcome& outcome) {
  for (std::size_t i = 0; i < plan.scenarios.size(); ++i) {
    const auto& tally = outcome.tallies[i];
    fmt::format_to(std::back_inserter(out), "{}: {} passed, {} failed{}\n", plan.scenarios[i].name,
                   tally.passed, tally.failed,
                   plan.scenarios[i].expected_to_fail ? " as expected" + seeds_text(tally) : "");
  }
}

void write_marks(std::string& out, const sweep_plan& plan, const sweep_outcome& outcome, bool all) {
  auto never = marks_never_hit(plan, outcome);
  const auto number = never.size();
  const bool cut = !all && outcome.totals.schedules < telling_schedules && number > marks_shown_max;
  if (cut)
    never.resize(marks_shown_max);
  fmt::format_to(
    std::back_inserter(out), "marks never hit: {}{}{}\n", cut ? fmt::format("{}, such as ", number) : "",
    never.empty() ? "none" : fmt::format("{}", fmt::join(never, " ")), cut ? " (--marks lists all)" : "");
}

void write_totals(std::string& out, const sweep_totals& totals) {
  fmt::format_to(std::back_inserter(out),
                 "operations: {} ok, {} failed, {} unknown\n{} messages, {} events, {} checks made\n",
                 totals.operations.ok, totals.operations.failed, totals.operations.unknown, totals.messages,
                 totals.events, totals.checks);
}

} // namespace

std::vector<std::string_view> marks_never_hit(const sweep_plan& plan, const sweep_outcome& outcome) {
  std::set<std::string_view> left;
  for (const auto& each : plan.scenarios)
    left.merge(known_marks(each.algorithm));
  for (const auto& hit : outcome.totals.marks)
    left.erase(hit);
  return {left.begin(), left.end()};
}

double schedules_per_minute(const sweep_outcome& outcome) {
  const auto wall = seconds(outcome.wall);
  return wall > 0 ? static_cast<double>(outcome.totals.schedules) * 60 / wall : 0;
}

std::string sweep_text(const sweep_plan& plan, const sweep_outcome& outcome, const kept_failure& kept,
                       bool all_marks) {
  std::string out;
  const auto to = std::back_inserter(out);
  const auto& totals = outcome.totals;
  const bool any = totals.schedules > 0;
  if (any)
    write_scenarios(out, plan, outcome);
  fmt::format_to(to, "{} of {} schedules in {:.1f} s, {:.0f} schedules/min{}\n", totals.schedules,
                 plan.size(), seconds(outcome.wall), schedules_per_minute(outcome),
                 outcome.interrupted ? "; partial" : "");
  if (any) {
    write_totals(out, totals);
    write_marks(out, plan, outcome, all_marks);
  }
  for (const auto place : never_failed(plan, outcome))
    fmt::format_to(to, "FAIL {}: expected to fail, and never did\n", plan.scenarios[place].name);
  if (outcome.failure) {
    fmt::format_to(to, "FAIL {} with seed {}: {}\n", plan.scenarios[outcome.failure->scenario].name,
                   outcome.failure->seed, outcome.failure->what);
    if (!kept.folder.empty())
      fmt::format_to(to, "report: {}/report.html\n", kept.folder);
    fmt::format_to(to, "replay: {}\n", kept.replay);
  }
  return out;
}

json::object sweep_object(const sweep_plan& plan, const sweep_outcome& outcome, const kept_failure& kept) {
  const auto& totals = outcome.totals;
  json::array never;
  for (const auto place : never_failed(plan, outcome))
    never.emplace_back(plan.scenarios[place].name);
  return {{"schedules", totals.schedules},
          {"planned", plan.size()},
          {"partial", outcome.interrupted},
          {"schedules_min", schedules_per_minute(outcome)},
          {"wall_s", seconds(outcome.wall)},
          {"messages", totals.messages},
          {"events", totals.events},
          {"checks", totals.checks},
          {"operations",
           {{"ok", totals.operations.ok},
            {"failed", totals.operations.failed},
            {"unknown", totals.operations.unknown}}},
          {"scenarios", scenarios_array(plan, outcome)},
          {"failure", failure_value(plan, outcome, kept)},
          {"never_failed", std::move(never)},
          {"marks", array_of(totals.marks)},
          {"marks_never_hit", array_of(marks_never_hit(plan, outcome))}};
}

} // namespace troupe::lab
