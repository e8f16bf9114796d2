// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/command/one_run.hpp"

#include "node/version.hpp"
#include "tools/cli/commands.hpp"
#include "tools/lab/command/interrupt.hpp"
#include "tools/lab/command/progress_line.hpp"
#include "tools/lab/report/replay_line.hpp"
#include "tools/lab/report/results_folder.hpp"
#include "tools/lab/scenario/scenario_text.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>

namespace troupe::lab {
namespace {

namespace fs = std::filesystem;

double seconds(duration span) {
  return std::chrono::duration<double>(span).count();
}

fs::path folder_for(const run_record& run, const std::string& out) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  return fs::path{out} / fmt::format("{}-{}-{}", run.scenario, run.seed, ms);
}

void print(const run_record& run, const fs::path& folder) {
  const auto all = count(run);
  fmt::print("{}\n", verdict_text(run));
  for (const auto& each : run.checks)
    fmt::print("  {} {:<22} {}\n",
               !each.reached ? "-   "
               : each.passed ? "ok  "
                             : "FAIL",
               each.name, each.reached ? each.detail : "not checked");
  fmt::print("operations: {} ok, {} failed, {} unknown\n", all.ok, all.failed, all.unknown);
  fmt::print("{} messages, {} bytes; {:.1f} s{} in {:.2f} s; trace {}\n", run.messages, run.bytes,
             seconds(run.virtual_time), run.mode == run_mode::sim ? " virtual" : "", seconds(run.wall),
             run.trace_hash.empty() ? "-" : run.trace_hash);
  for (const auto& line : run.notes)
    fmt::print("note: {}\n", line);
  fmt::print("report: {}\n", (folder / "report.html").string());
  if (run.outcome == verdict::failed)
    fmt::print("replay: {}\n", replay_line(run));
}

int exit_code(const run_record& run) {
  if (run.outcome == verdict::partial)
    return cli::exit_partial;
  return run.outcome == verdict::passed ? cli::exit_ok : cli::exit_failed;
}

} // namespace

lone_run played_alone(const scenario& what, experiment_options how) {
  const interrupt_watch watch;
  progress_line line;
  how.revision = source_revision();
  how.interrupted = interrupt_watch::raised;
  how.trace = std::make_shared<trace_recorder>();
  how.tell = [&](const progress& now) { line.show(what, now); };
  lone_run run;
  run.record = play(what, how);
  run.record.scenario_file = what.file;
  const auto hash = std::strtoull(run.record.trace_hash.c_str(), nullptr, 16);
  run.trace = how.trace->finish({hash_of(what), how.seed, hash, how.revision});
  return run;
}

expected<fs::path, explained> keep_result(const lone_run& run, const scenario& what, const std::string& out) {
  const auto folder = folder_for(run.record, out);
  if (const auto written = write_results(run.record, folder); !written)
    return unexpected(written.error());
  std::ofstream copy{folder / "scenario.toml"};
  copy << to_toml(what);
  if (!copy.flush())
    return unexpected(explained{fmt::format("{}: cannot be written", (folder / "scenario.toml").string())});
  if (const auto written = write_trace(run.trace, folder / "trace"); !written)
    return unexpected(written.error());
  return folder;
}

int shown_result(const lone_run& run, const scenario& what, const showing& how) {
  const auto folder = keep_result(run, what, how.out);
  if (!folder) {
    cli::complain(folder.error().text);
    return cli::exit_failed;
  }
  const auto& record = run.record;
  if (how.json)
    std::cout << boost::json::serialize(
                   results_object(record, figures_of(record), fs::absolute(*folder).string()))
              << "\n";
  else
    print(record, *folder);
  return exit_code(record);
}

} // namespace troupe::lab
