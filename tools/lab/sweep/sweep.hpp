// SPDX-License-Identifier: BSD-3-Clause
// Plays many scenarios with many seeds on several threads and adds up what happened. Each run has its own
// actor system, clock and network, so runs share nothing and each is what it would be alone; which run ends
// first is the machine's choice, which failure counts is not: the first in the order of the plan.
#pragma once

#include "messages/types/expected.hpp"
#include "tools/lab/scenario/scenario.hpp"
#include "tools/lab/sweep/seed_range.hpp"

#include <functional>
#include <set>

namespace troupe::lab {

struct sweep_plan {
  std::vector<scenario> scenarios; ///< all play one seed before the next
  seed_range seeds;
  unsigned jobs = 2;          ///< threads, at least 1
  bool past_failures = false; ///< goes on after a run that failed unexpectedly

  std::uint64_t size() const { return scenarios.size() * seeds.size(); }
};

/// Plays one; called on any thread; may throw, which counts as a failure. A run that was interrupted is
/// partial and not counted.
using player =
  std::function<run_record(const scenario& what, std::uint64_t seed, std::function<bool()> interrupted)>;

struct unexpected_run {
  std::size_t scenario = 0; ///< its place in the plan
  std::uint64_t seed = 0;
  std::string what; ///< the check and what it said, or why nothing could be played
};

constexpr std::size_t seeds_listed_max = 20; ///< of those that failed

struct scenario_tally {
  std::uint64_t passed = 0;
  std::uint64_t failed = 0;
  std::set<std::uint64_t> failed_seeds; ///< the least ones, at most seeds_listed_max
};

struct sweep_totals {
  std::uint64_t schedules = 0; ///< played to their end
  std::uint64_t messages = 0;
  std::uint64_t events = 0;
  std::uint64_t checks = 0; ///< verdicts of checks
  operation_counts operations;
  std::set<std::string> marks; ///< rare branches hit by any
};

struct sweep_outcome {
  sweep_totals totals;
  std::vector<scenario_tally> tallies; ///< of each scenario of the plan
  std::optional<unexpected_run> failure;
  bool interrupted = false;
  duration wall{};
};

struct sweep_hooks {
  std::function<bool()> interrupted; ///< asked often, on all threads
  std::function<void(const sweep_totals&, duration)>
    tell; ///< on the caller's thread, about ten times a second
  /// Each run that was counted and its place in the plan; one at a time, in any order.
  std::function<void(std::uint64_t, const run_record&)> played;
};

sweep_outcome sweep(const sweep_plan& plan, const player& play, const sweep_hooks& hooks);

/// Scenarios that are expected to fail and did not, once the whole plan was played; else nothing.
std::vector<std::size_t> never_failed(const sweep_plan& plan, const sweep_outcome& outcome);

} // namespace troupe::lab
