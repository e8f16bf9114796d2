// SPDX-License-Identifier: BSD-3-Clause
// `troupe bench sim`: takes every figure `samples` times, one after the other in each round so that a machine
// whose speed drifts treats all alike, and reports medians.
#include "tools/bench/samples.hpp"
#include "tools/bench/sim_figures.hpp"
#include "tools/cli/commands.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <iostream>
#include <map>

#include <unistd.h>

namespace troupe::cli {
namespace {

namespace json = boost::json;
using bench::samples;

struct figure {
  const char* name;
  const char* says; ///< for people
  std::function<double()> take;
};

const std::array<figure, 7> figures{{
  {"messages_s", "frames between production nodes per second, two jobs", bench::sim_messages_s},
  {"jobs_s", "raw scheduler jobs per second, two jobs", bench::sim_jobs_s},
  {"bytes_per_node", "memory of one of 1,000 idle nodes", bench::sim_bytes_per_node},
  {"schedules_min", "schedules of 20 operations per minute, two jobs",
   [] { return bench::sim_schedules_min(false); }},
  {"schedules_min_signed", "the same with real signatures", [] { return bench::sim_schedules_min(true); }},
  {"swarm50_speedup", "virtual seconds per second of 50 nodes", bench::sim_swarm_speedup},
  {"report_s", "seconds to write the report of 1,000,000 events", bench::sim_report_s},
}};

void progress(const std::string& doing) {
  if (::isatty(STDERR_FILENO) == 1)
    std::cerr << "\r\033[K" << doing << std::flush;
  else if (!doing.empty())
    std::cerr << doing << '\n';
}

bool wanted(const sim_bench_options& options, const char* name) {
  return options.only.empty() ||
         std::find(options.only.begin(), options.only.end(), name) != options.only.end();
}

/// 0 if a run failed; a median over it would pass for a figure.
double value_of(const samples& values) {
  return *std::min_element(values.begin(), values.end()) > 0 ? bench::median(values) : 0;
}

json::object report_of(const std::map<std::string, samples>& all) {
  json::object report;
  for (const auto& one : figures) {
    const auto found = all.find(one.name);
    if (std::string_view{one.name} == "bytes_per_node" && found != all.end())
      report["nodes"] = bench::idle_swarm_size;
    if (found != all.end())
      report[one.name] =
        value_of(found->second) > 0 ? json::value(value_of(found->second)) : json::value(nullptr);
  }
  return report;
}

void print_table(const std::map<std::string, samples>& all) {
  for (const auto& one : figures) {
    const auto found = all.find(one.name);
    if (found == all.end())
      continue;
    const auto value = value_of(found->second);
    const auto [least, most] = std::minmax_element(found->second.begin(), found->second.end());
    const int digits = value < 100 ? 3 : 0;
    std::cout << fmt::format("{:<22}{:>14}  {}\n", one.name,
                             value > 0 ? fmt::format("{:.{}f}", value, digits) : "failed", one.says);
    if (found->second.size() > 1)
      std::cout << fmt::format("{:<22}{:>14}  {:.{}f} to {:.{}f}\n", "", "", *least, digits, *most, digits);
  }
}

} // namespace

int run_bench_sim(const sim_bench_options& options) {
  std::map<std::string, samples> all;
  for (unsigned sample = 1; sample <= options.samples; ++sample)
    for (const auto& one : figures)
      if (wanted(options, one.name)) {
        progress(fmt::format("run {} of {}: {}", sample, options.samples, one.name));
        all[one.name].push_back(one.take());
      }
  progress("");
  const auto report = report_of(all);
  if (options.json)
    std::cout << json::serialize(report) << '\n';
  else
    print_table(all);
  const bool whole =
    std::none_of(report.begin(), report.end(), [](const auto& one) { return one.value().is_null(); });
  if (!whole)
    complain("bench sim: a run of some figure failed, which is shown as failed (null in JSON)");
  return whole ? exit_ok : exit_partial;
}

} // namespace troupe::cli
