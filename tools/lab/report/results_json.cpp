// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/report/results_json.hpp"

#include <boost/json/array.hpp>

namespace troupe::lab {
namespace {

namespace json = boost::json;

double seconds(duration value) {
  return std::chrono::duration<double>(value).count();
}

json::value optional_number(const std::optional<double>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

json::object figures_object(const run_figures& figures) {
  return {{"messages_per_operation", optional_number(figures.messages_per_operation)},
          {"bytes_per_operation", optional_number(figures.bytes_per_operation)},
          {"latency_p50_us", optional_number(figures.latency_p50_us)},
          {"latency_p90_us", optional_number(figures.latency_p90_us)},
          {"latency_p99_us", optional_number(figures.latency_p99_us)},
          {"latency_max_us", optional_number(figures.latency_max_us)},
          {"availability", optional_number(figures.availability)},
          {"ok_share", optional_number(figures.ok_share)}};
}

json::value passed_value(const check_result& check) {
  return check.reached ? json::value(check.passed) : json::value(nullptr);
}

json::array checks_array(const run_record& run) {
  json::array all;
  for (const auto& check : run.checks) {
    json::object one{{"name", check.name}, {"passed", passed_value(check)}, {"detail", check.detail}};
    if (check.violated_at)
      one["violated_at_s"] = seconds(*check.violated_at);
    all.emplace_back(std::move(one));
  }
  return all;
}

json::array faults_array(const run_record& run) {
  json::array all;
  for (const auto& fault : run.faults) {
    if (all.size() == listed_faults_max)
      break;
    all.emplace_back(json::object{{"kind", fault.kind},
                                  {"subject", fault.subject},
                                  {"from_s", seconds(fault.from)},
                                  {"until_s", seconds(fault.until)}});
  }
  return all;
}

json::array texts_array(const std::vector<std::string>& texts) {
  json::array all;
  for (const auto& text : texts)
    all.emplace_back(text);
  return all;
}

} // namespace

std::string_view mode_name(run_mode mode) {
  return mode == run_mode::sim ? "sim" : "local";
}

std::string_view verdict_name(verdict outcome) {
  switch (outcome) {
  case verdict::passed:
    return "passed";
  case verdict::failed:
    return "failed";
  case verdict::partial:
    break;
  }
  return "partial";
}

std::string_view verdict_text(const run_record& run) {
  if (run.expected_to_fail && run.outcome == verdict::failed)
    return "failed as expected";
  if (run.expected_to_fail && run.outcome == verdict::passed)
    return "passed: the failure this scenario expects needs another seed";
  return verdict_name(run.outcome);
}

json::object results_object(const run_record& run, const run_figures& figures, std::string_view results_dir) {
  const auto counts = count(run);
  const auto left_out = run.faults.size() - std::min(run.faults.size(), listed_faults_max);
  return {{"verdict", verdict_name(run.outcome)},
          {"seed", run.seed},
          {"trace_hash", run.trace_hash},
          {"events", run.events},
          {"messages", run.messages},
          {"virtual_s", seconds(run.virtual_time)},
          {"wall_s", seconds(run.wall)},
          {"operations", {{"ok", counts.ok}, {"failed", counts.failed}, {"unknown", counts.unknown}}},
          {"checks", checks_array(run)},
          {"results_dir", results_dir},
          {"format", results_format},
          {"scenario", run.scenario},
          {"scenario_file", run.scenario_file},
          {"algorithm", run.algorithm},
          {"mode", mode_name(run.mode)},
          {"revision", run.revision},
          {"expect", run.expected_to_fail ? "fail" : "pass"},
          {"reason", run.reason},
          {"interrupted", run.interrupted},
          {"nodes", run.nodes},
          {"bytes", run.bytes},
          {"load_s", seconds(run.load_until)},
          {"figures", figures_object(figures)},
          {"faults", faults_array(run)},
          {"faults_left_out", left_out},
          {"marks", texts_array(run.marks)},
          {"notes", texts_array(run.notes)}};
}

} // namespace troupe::lab
