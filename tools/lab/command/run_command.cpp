// SPDX-License-Identifier: BSD-3-Clause
#include "node/version.hpp"
#include "tools/cli/commands.hpp"
#include "tools/lab/command/interrupt.hpp"
#include "tools/lab/command/lab_commands.hpp"
#include "tools/lab/command/progress_line.hpp"
#include "tools/lab/report/replay_line.hpp"
#include "tools/lab/report/results_folder.hpp"
#include "tools/lab/run/experiment.hpp"
#include "tools/lab/scenario/scenario_loader.hpp"
#include "tools/lab/scenario/scenario_text.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace troupe::lab {
namespace {

std::filesystem::path folder_for(const run_record& run, const std::string& out) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  return std::filesystem::path{out} / fmt::format("{}-{}-{}", run.scenario, run.seed, ms);
}

/// The results, and the scenario as it was played, so that the folder can be replayed by itself.
expected<void, explained> keep(const run_record& run, const scenario& what, trace_recorder& trace,
                               const std::filesystem::path& folder) {
  if (auto written = write_results(run, folder); !written)
    return written;
  std::ofstream copy{folder / "scenario.toml"};
  copy << to_toml(what);
  if (!copy.flush())
    return unexpected(explained{fmt::format("{}: cannot be written", (folder / "scenario.toml").string())});
  const trace_identity identity{0, run.seed, std::strtoull(run.trace_hash.c_str(), nullptr, 16),
                                run.revision};
  return write_trace(trace.finish(identity), folder / "trace");
}

void print(const run_record& run, const std::filesystem::path& folder) {
  const auto all = count(run);
  fmt::print("{}\n", verdict_text(run));
  for (const auto& each : run.checks)
    fmt::print("  {} {:<22} {}\n", each.passed ? "ok  " : "FAIL", each.name, each.detail);
  fmt::print("operations: {} ok, {} failed, {} unknown\n", all.ok, all.failed, all.unknown);
  fmt::print("{} messages, {} bytes; {:.1f} s virtual in {:.2f} s; trace {}\n", run.messages, run.bytes,
             std::chrono::duration<double>(run.virtual_time).count(),
             std::chrono::duration<double>(run.wall).count(), run.trace_hash.empty() ? "-" : run.trace_hash);
  for (const auto& line : run.notes)
    fmt::print("note: {}\n", line);
  fmt::print("report: {}\n", (folder / "report.html").string());
  if (run.outcome == verdict::failed)
    fmt::print("{}\n", replay_line(run));
}

int exit_code(const run_record& run) {
  if (run.outcome == verdict::partial)
    return cli::exit_partial;
  return run.outcome == verdict::passed ? cli::exit_ok : cli::exit_failed;
}

} // namespace

std::optional<scenario> loaded_scenario(const std::string& file) {
  auto loaded = load_scenario(file);
  if (loaded)
    return std::move(*loaded);
  for (const auto& each : loaded.error())
    cli::complain(each.text);
  return std::nullopt;
}

int run(const run_command& options) {
  const auto what = loaded_scenario(options.file);
  if (!what)
    return cli::exit_usage;
  experiment_options how;
  how.seed = options.seed;
  how.mode = options.mode == "local" ? run_mode::local : run_mode::sim;
  how.paranoid = options.paranoid;
  how.print_log = options.log;
  how.revision = source_revision();
  const interrupt_watch watch;
  how.interrupted = interrupt_watch::raised;
  how.trace = std::make_shared<trace_recorder>();
  run_record record;
  {
    progress_line line;
    how.tell = [&](const progress& now) { line.show(*what, now); };
    record = play(*what, how);
  }
  const auto folder = folder_for(record, options.out);
  if (const auto kept = keep(record, *what, *how.trace, folder); !kept) {
    cli::complain(kept.error().text);
    return cli::exit_failed;
  }
  if (options.json)
    std::cout << boost::json::serialize(results_object(record, figures_of(record), folder.string())) << "\n";
  else
    print(record, folder);
  return exit_code(record);
}

} // namespace troupe::lab
