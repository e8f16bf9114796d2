// SPDX-License-Identifier: BSD-3-Clause
// `troupe lab replay`: a run again, from its result folder or from its scenario and seed.
#include "node/version.hpp"
#include "tools/cli/commands.hpp"
#include "tools/lab/command/lab_commands.hpp"
#include "tools/lab/command/one_run.hpp"
#include "tools/lab/report/results_folder.hpp"
#include "tools/lab/scenario/scenario_text.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace troupe::lab {
namespace {

namespace fs = std::filesystem;

struct recorded {
  scenario what;
  run_record run; ///< as far as the folder has it
  std::optional<lab::trace> trace;
};

int refused(const std::string& why) {
  cli::complain("lab replay: " + why);
  return cli::exit_usage;
}

/// Nothing once it has been told what is wrong.
std::optional<recorded> recorded_in(const std::string& folder) {
  auto results = read_results(folder);
  if (!results) {
    refused(results.error().text);
    return std::nullopt;
  }
  if (results->run.mode == run_mode::local) {
    refused(fmt::format("{}: it was run on local sockets, which never repeat exactly: use troupe lab run {} "
                        "--mode local --seed {}",
                        folder, results->run.scenario_file, results->run.seed));
    return std::nullopt;
  }
  auto what = loaded_scenario((fs::path{folder} / "scenario.toml").string());
  if (!what)
    return std::nullopt;
  recorded all{std::move(*what), std::move(results->run), std::nullopt};
  const auto trace_in = fs::path{folder} / "trace";
  if (std::error_code failed; !fs::exists(trace_in, failed))
    return all;
  auto trace = read_trace(trace_in);
  if (!trace) {
    refused(trace.error().text);
    return std::nullopt;
  }
  all.trace = std::move(*trace);
  return all;
}

std::string record_text(const trace& of, std::size_t at) {
  return at < of.records.size() ? text_of(of.records[at]) : "nothing more";
}

/// One that was interrupted is repeated up to that moment only.
bool broken_off(const run_record& before, const run_record& now) {
  return now.interrupted && (!before.interrupted || now.virtual_time < before.virtual_time);
}

enum class likeness : std::uint8_t { same, other, unknown };

/// What differs goes to standard error, so that what is printed is as it was.
likeness compared(const recorded& before, const lone_run& now) {
  if (broken_off(before.run, now.record)) {
    cli::complain("lab replay: warning: this run was interrupted, so the traces are not compared");
    return likeness::unknown;
  }
  const auto& hash = now.record.trace_hash;
  if (before.run.trace_hash == hash)
    return likeness::same;
  cli::complain(fmt::format("lab replay: this is another run: its trace is {}, the recorded one is {}", hash,
                            before.run.trace_hash));
  if (before.run.scenario_text != to_toml(before.what))
    cli::complain("lab replay: scenario.toml has been changed since it was recorded");
  const auto at = before.trace ? first_difference(*before.trace, now.trace) : std::nullopt;
  if (at) {
    cli::complain(fmt::format("lab replay: recorded: {}", record_text(*before.trace, *at)));
    cli::complain(fmt::format("lab replay: now:      {}", record_text(now.trace, *at)));
  }
  return likeness::other;
}

int replay_folder(const replay_command& options) {
  const auto before = recorded_in(options.target);
  if (!before)
    return cli::exit_usage;
  if (before->run.revision != source_revision())
    cli::complain(
      fmt::format("lab replay: warning: recorded at rev {}, this is rev {}: it may run differently",
                  before->run.revision, source_revision()));
  experiment_options how;
  how.seed = before->run.seed;
  how.print_log = options.log;
  if (before->run.interrupted)
    how.stop_at = before->run.virtual_time;
  const auto now = played_alone(before->what, std::move(how));
  const auto like = compared(*before, now);
  const auto code = shown_result(now, before->what, {options.out, options.json});
  if (like == likeness::same && !options.json)
    fmt::print("same as recorded: {}\n", now.record.trace_hash);
  return like == likeness::other ? cli::exit_partial : code;
}

} // namespace

int run(const replay_command& options) {
  std::error_code failed;
  if (fs::is_directory(options.target, failed)) {
    if (options.seed)
      return refused("--seed is for scenario files: a result folder knows its own");
    return replay_folder(options);
  }
  if (!options.seed && fs::exists(options.target, failed))
    return refused(
      fmt::format("{} is no result folder: give the seed of the run, as in --seed 7", options.target));
  run_command again;
  again.file = options.target;
  again.seed = options.seed.value_or(again.seed);
  again.out = options.out;
  again.json = options.json;
  again.log = options.log;
  return run(again);
}

} // namespace troupe::lab
