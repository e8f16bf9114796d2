// SPDX-License-Identifier: BSD-3-Clause
// `troupe lab shrink`: the smallest scenario that still fails the same check first.
#include "node/version.hpp"
#include "tools/cli/commands.hpp"
#include "tools/lab/command/interrupt.hpp"
#include "tools/lab/command/lab_commands.hpp"
#include "tools/lab/command/new_file.hpp"
#include "tools/lab/command/progress_line.hpp"
#include "tools/lab/report/replay_line.hpp"
#include "tools/lab/run/experiment.hpp"
#include "tools/lab/scenario/duration_text.hpp"
#include "tools/lab/scenario/scenario_text.hpp"
#include "tools/lab/shrink/shrink.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace troupe::lab {
namespace {

/// A change shifts what is drawn, so a candidate may miss the failure with one seed and show it with the
/// next.
constexpr std::uint64_t seeds_per_candidate = 5;

int refused(const std::string& why) {
  cli::complain("lab shrink: " + why);
  return cli::exit_usage;
}

struct outcome_of_run {
  std::string failed; ///< the check that failed first; empty if none did
  bool partial = false;
};

outcome_of_run played(const scenario& what, std::uint64_t seed) {
  experiment_options how;
  how.seed = seed;
  how.for_report = false;
  how.interrupted = interrupt_watch::raised;
  const auto run = play(what, how);
  const auto* const first = first_failed(run);
  return {first ? first->name : "", run.outcome == verdict::partial};
}

std::size_t operations_of(const scenario& what) {
  std::size_t all = 0;
  for (const auto& each : what.workloads)
    if (const auto* spec = std::get_if<operations_spec>(&each))
      all += spec->count;
  return all;
}

std::string size_of(const scenario& what) {
  return fmt::format("{} nodes, {} faults, {} liars, {} operations, load {}", what.nodes, what.faults.size(),
                     what.roles.size(), operations_of(what), exact_text(what.load));
}

std::string replay_of(const std::string& file, std::uint64_t seed) {
  run_record named;
  named.scenario_file = file;
  named.seed = seed;
  named.revision = source_revision();
  return replay_line(named);
}

/// Tries the seed that failed last, then those after it.
shrink_oracle fails_alike(const std::string& failed) {
  return [failed](const scenario& what, std::uint64_t seed) -> std::optional<std::uint64_t> {
    for (std::uint64_t i = 0; i < seeds_per_candidate && !interrupt_watch::raised(); ++i)
      if (played(what, seed + i).failed == failed)
        return seed + i;
    return std::nullopt;
  };
}

int shrink_into(new_file& out, const scenario& what, const shrink_command& options,
                const std::string& failed) {
  fmt::print("{} fails first with seed {}: {}\n", failed, options.seed, size_of(what));
  shrink_options how;
  how.tries_max = options.tries;
  how.interrupted = interrupt_watch::raised;
  shrunk_scenario least;
  {
    progress_line line;
    how.tell = [&](std::size_t tries, const std::string& change) {
      line.show(fmt::format("{} of at most {} tries", tries, options.tries));
      if (change.empty())
        return;
      line.clear();
      fmt::print("  {}\n", change);
      std::fflush(stdout);
    };
    least = shrink(what, options.seed, shrink_passes(failed), fails_alike(failed), how);
  }
  const auto replay = replay_of(options.out, least.seed);
  const auto text =
    fmt::format("# From {}, seed {}, by troupe lab shrink: {} fails first with seed {}.\n# replay: {}\n{}",
                what.name, options.seed, failed, least.seed, replay, to_toml(least.what));
  if (const auto kept = out.keep(text); !kept) {
    cli::complain(kept.error().text);
    return cli::exit_failed;
  }
  const bool partial = interrupt_watch::raised();
  const auto* const end = partial          ? "partial: interrupted"
                          : least.finished ? "nothing else can go"
                                           : "tries spent";
  fmt::print("{} after {} tries: {}\nwrote {}\n", end, least.tries, size_of(least.what), options.out);
  if (least.seed != options.seed)
    fmt::print("the seed is {} now, not {}: with a smaller file the same seed draws otherwise\n", least.seed,
               options.seed);
  fmt::print("replay: {}\n", replay);
  return partial ? cli::exit_partial : cli::exit_ok;
}

} // namespace

int run(const shrink_command& options) {
  const auto what = loaded_scenario(options.file);
  if (!what)
    return cli::exit_usage;
  auto out = new_file::make(options.out);
  if (!out)
    return refused(out.error().text);
  const interrupt_watch watch;
  const auto first = played(*what, options.seed);
  if (first.partial) {
    cli::complain("lab shrink: interrupted before it was known how the run fails: nothing is written");
    return cli::exit_partial;
  }
  if (first.failed.empty())
    return refused(fmt::format("{} passes with seed {}: there is no failure to keep; troupe lab sweep finds "
                               "seeds that fail",
                               options.file, options.seed));
  return shrink_into(*out, *what, options, first.failed);
}

} // namespace troupe::lab
