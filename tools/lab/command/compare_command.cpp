// SPDX-License-Identifier: BSD-3-Clause
// `troupe lab compare`: two sets of runs side by side, from result folders or played for it.
#include "tools/cli/commands.hpp"
#include "tools/lab/command/lab_commands.hpp"
#include "tools/lab/command/sweeping.hpp"
#include "tools/lab/compare/compare.hpp"
#include "tools/lab/report/results_folder.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <map>

namespace troupe::lab {
namespace {

int refused(const std::string& why) {
  cli::complain("lab compare: " + why);
  return cli::exit_usage;
}

bool is_folder(const std::string& path) {
  std::error_code failed;
  return std::filesystem::is_directory(path, failed);
}

struct side {
  std::vector<run_figures> runs;
  int code = cli::exit_ok;
};

side stored(const std::string& folder) {
  const auto results = read_results(folder);
  if (!results)
    return {{}, refused(results.error().text)};
  if (results->run.outcome == verdict::partial)
    cli::complain(fmt::format("lab compare: warning: {}: the run was interrupted", folder));
  return {{results->figures}, cli::exit_ok};
}

side played(const std::string& file, const compare_command& options) {
  auto plan = planned({file}, options.seeds, "lab compare");
  if (!plan)
    return {{}, cli::exit_usage};
  plan->jobs = options.jobs;
  plan->past_failures = true;
  std::map<std::uint64_t, run_figures> figures; // by seed, as runs end in any order
  const auto outcome = swept(
    *plan, [&](std::uint64_t number, const run_record& run) { figures.emplace(number, figures_of(run)); });
  side all;
  for (const auto& [seed, each] : figures)
    all.runs.push_back(each);
  if (outcome.failure) {
    cli::complain(outcome.failure->what);
    all.code = cli::exit_failed;
  } else if (outcome.interrupted) {
    all.code = cli::exit_partial;
  }
  if (const auto failed = outcome.tallies.front().failed; failed > 0)
    cli::complain(fmt::format("lab compare: warning: {}: {} of {} runs failed a check", file, failed,
                              outcome.totals.schedules));
  return all;
}

side runs_of(const std::string& what, const compare_command& options) {
  return is_folder(what) ? stored(what) : played(what, options);
}

} // namespace

int run(const compare_command& options) {
  // Both are looked at before the first is played.
  for (const auto& each : {options.a, options.b})
    if (!is_folder(each) && !loaded_scenario(each))
      return cli::exit_usage;
  const bool files = !is_folder(options.a) || !is_folder(options.b);
  if (files && options.seeds.empty())
    return refused(fmt::format("{} is no result folder: say which seeds to play, as in --seeds 1..20",
                               is_folder(options.a) ? options.b : options.a));
  if (!files && !options.seeds.empty())
    return refused("--seeds is for scenario files: both are result folders");
  const auto a = runs_of(options.a, options);
  if (a.code == cli::exit_usage || a.code == cli::exit_failed)
    return a.code;
  const auto b = a.code == cli::exit_ok ? runs_of(options.b, options) : side{};
  if (b.code == cli::exit_usage || b.code == cli::exit_failed)
    return b.code;
  const bool partial = a.code == cli::exit_partial || b.code == cli::exit_partial;
  const auto ratios = compare(a.runs, b.runs);
  if (options.json) {
    auto object = comparison_object(ratios, options.a, options.b);
    object["partial"] = partial;
    std::cout << boost::json::serialize(object) << "\n";
  } else {
    std::cout << comparison_text(ratios, options.a, options.b) << (partial ? "partial: interrupted\n" : "");
  }
  return partial ? cli::exit_partial : cli::exit_ok;
}

} // namespace troupe::lab
