// SPDX-License-Identifier: BSD-3-Clause
// `troupe lab sweep`: many seeds of many scenarios, and what is left of the first failure.
#include "node/version.hpp"
#include "tools/cli/commands.hpp"
#include "tools/lab/command/lab_commands.hpp"
#include "tools/lab/command/one_run.hpp"
#include "tools/lab/command/sweeping.hpp"
#include "tools/lab/report/replay_line.hpp"
#include "tools/lab/sweep/sweep_text.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <exception>
#include <filesystem>
#include <iostream>

namespace troupe::lab {
namespace {

/// The failing run again, with what a report needs; where it was kept.
std::string kept_folder(const scenario& what, std::uint64_t seed, const std::string& out) {
  experiment_options how;
  how.seed = seed;
  const auto again = played_alone(what, std::move(how));
  if (again.record.outcome == verdict::partial)
    return {};
  if (again.record.outcome != verdict::failed)
    cli::complain(fmt::format("lab sweep: {} with seed {} failed and did not when it was repeated: a defect "
                              "of the laboratory",
                              what.file, seed));
  const auto folder = keep_result(again, what, out);
  if (folder)
    return folder->string();
  cli::complain(folder.error().text);
  return {};
}

kept_failure kept(const scenario& what, std::uint64_t seed, const std::string& out) {
  kept_failure result;
  try {
    result.folder = kept_folder(what, seed, out);
  } catch (const std::exception& error) { // as it did in the sweep
    cli::complain(fmt::format("lab sweep: the run breaks off, so there is no report: {}", error.what()));
  }
  run_record named;
  named.scenario_file = what.file;
  named.seed = seed;
  named.revision = source_revision();
  result.replay = replay_line(named);
  return result;
}

int exit_code(const sweep_plan& plan, const sweep_outcome& outcome) {
  if (outcome.failure || !never_failed(plan, outcome).empty())
    return cli::exit_failed;
  return outcome.interrupted ? cli::exit_partial : cli::exit_ok;
}

} // namespace

int run(const sweep_command& options) {
  auto plan = planned(options.files, options.seeds, "lab sweep");
  if (!plan)
    return cli::exit_usage;
  plan->jobs = options.jobs;
  const auto outcome = swept(*plan);
  kept_failure failure;
  if (outcome.failure)
    failure = kept(plan->scenarios[outcome.failure->scenario], outcome.failure->seed, options.out);
  if (options.json && !failure.folder.empty())
    failure.folder = std::filesystem::absolute(failure.folder).string();
  if (options.json)
    std::cout << boost::json::serialize(sweep_object(*plan, outcome, failure)) << "\n";
  else
    std::cout << sweep_text(*plan, outcome, failure, options.marks);
  return exit_code(*plan, outcome);
}

} // namespace troupe::lab
