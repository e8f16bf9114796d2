// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/command/sweeping.hpp"

#include "node/version.hpp"
#include "tools/cli/commands.hpp"
#include "tools/lab/command/interrupt.hpp"
#include "tools/lab/command/lab_commands.hpp"
#include "tools/lab/command/progress_line.hpp"
#include "tools/lab/run/experiment.hpp"

#include <fmt/format.h>

namespace troupe::lab {
namespace {

run_record play_bare(const scenario& what, std::uint64_t seed, std::function<bool()> interrupted) {
  experiment_options how;
  how.seed = seed;
  how.for_report = false;
  how.revision = source_revision();
  how.interrupted = std::move(interrupted);
  return play(what, how);
}

} // namespace

std::optional<sweep_plan> planned(const std::vector<std::string>& files, const std::string& seeds,
                                  std::string_view command) {
  const auto range = parse_seeds(seeds);
  if (!range) {
    cli::complain(fmt::format("{}: {}", command, range.error().text));
    return std::nullopt;
  }
  sweep_plan plan;
  plan.seeds = *range;
  for (const auto& file : files)
    if (auto one = loaded_scenario(file))
      plan.scenarios.push_back(std::move(*one));
  return plan.scenarios.size() == files.size() ? std::optional{std::move(plan)} : std::nullopt;
}

sweep_outcome swept(const sweep_plan& plan, std::function<void(std::uint64_t, const run_record&)> played) {
  const interrupt_watch watch;
  progress_line line;
  sweep_hooks hooks;
  hooks.interrupted = interrupt_watch::raised;
  hooks.played = std::move(played);
  hooks.tell = [&](const sweep_totals& totals, duration past) {
    line.show(fmt::format("{} of {} schedules, {:.0f} s, {} messages", totals.schedules, plan.size(),
                          std::chrono::duration<double>(past).count(), totals.messages));
  };
  return sweep(plan, play_bare, hooks);
}

} // namespace troupe::lab
