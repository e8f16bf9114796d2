// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/sweep/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <iterator>
#include <limits>
#include <mutex>
#include <thread>

namespace troupe::lab {
namespace {

constexpr std::chrono::milliseconds tell_every{100};

/// What the threads share; everything but `failed_at_` is behind the mutex.
class shared_sweep {
public:
  shared_sweep(const sweep_plan& plan, const player& play, const sweep_hooks& hooks)
    : plan_(plan), play_(play), hooks_(hooks) {
    outcome_.tallies.resize(plan.scenarios.size());
  }

  sweep_outcome run() {
    const auto begun = std::chrono::steady_clock::now();
    const auto past = [&] {
      return std::chrono::duration_cast<duration>(std::chrono::steady_clock::now() - begun);
    };
    std::vector<std::jthread> threads;
    const auto wanted = std::min<std::uint64_t>(plan_.jobs, plan_.size());
    {
      std::unique_lock lock{guard_};
      for (running_ = 0; running_ < wanted; ++running_)
        threads.emplace_back([this] { work(); });
      while (!ended_.wait_for(lock, tell_every, [this] { return running_ == 0; }))
        if (hooks_.tell)
          hooks_.tell(outcome_.totals, past());
    }
    threads.clear();
    outcome_.wall = past();
    return std::move(outcome_);
  }

private:
  void work() {
    while (const auto number = take()) {
      const auto place = static_cast<std::size_t>(*number % plan_.scenarios.size());
      const auto seed = plan_.seeds.first + *number / plan_.scenarios.size();
      give(*number, place, seed, played(plan_.scenarios[place], seed, *number));
    }
    const std::scoped_lock lock{guard_};
    if (--running_ == 0)
      ended_.notify_all();
  }

  expected<run_record, explained> played(const scenario& what, std::uint64_t seed, std::uint64_t number) {
    try {
      return play_(what, seed, [this, number] { return hooks_.interrupted() || number > failed_at_; });
    } catch (const std::exception& error) {
      return unexpected(explained{fmt::format("the run broke off: {}", error.what())});
    }
  }

  std::optional<std::uint64_t> take() {
    const std::scoped_lock lock{guard_};
    outcome_.interrupted |= next_ < plan_.size() && hooks_.interrupted();
    if (outcome_.interrupted || next_ == plan_.size() || next_ > failed_at_)
      return std::nullopt;
    return next_++;
  }

  void give(std::uint64_t number, std::size_t place, std::uint64_t seed,
            const expected<run_record, explained>& run) {
    const std::scoped_lock lock{guard_};
    if (!run)
      return fails(number, {place, seed, run.error().text});
    if (run->outcome == verdict::partial) {
      outcome_.interrupted |= number <= failed_at_;
      return;
    }
    count_in(*run, seed, outcome_.tallies[place]);
    if (hooks_.played)
      hooks_.played(number, *run);
    if (run->outcome == verdict::failed && !plan_.scenarios[place].expected_to_fail && !plan_.past_failures) {
      const auto* const first = first_failed(*run);
      fails(number, {place, seed, first ? first->name + ": " + first->detail : ""});
    }
  }

  void count_in(const run_record& run, std::uint64_t seed, scenario_tally& tally) {
    auto& totals = outcome_.totals;
    ++totals.schedules;
    totals.messages += run.messages;
    totals.events += run.events;
    totals.checks += run.checks.size();
    const auto operations = count(run);
    totals.operations.ok += operations.ok;
    totals.operations.failed += operations.failed;
    totals.operations.unknown += operations.unknown;
    totals.marks.insert(run.marks.begin(), run.marks.end());
    if (run.outcome != verdict::failed) {
      ++tally.passed;
      return;
    }
    ++tally.failed;
    tally.failed_seeds.insert(seed);
    if (tally.failed_seeds.size() > seeds_listed_max)
      tally.failed_seeds.erase(std::prev(tally.failed_seeds.end()));
  }

  void fails(std::uint64_t number, unexpected_run how) {
    if (number >= failed_at_)
      return;
    failed_at_ = number; // later ones break off, earlier ones may still fail before it
    outcome_.failure = std::move(how);
  }

  const sweep_plan& plan_;
  const player& play_;
  const sweep_hooks& hooks_;
  std::mutex guard_;
  std::condition_variable ended_;
  std::uint64_t next_ = 0;
  std::uint64_t running_ = 0;
  std::atomic<std::uint64_t> failed_at_{std::numeric_limits<std::uint64_t>::max()};
  sweep_outcome outcome_;
};

} // namespace

sweep_outcome sweep(const sweep_plan& plan, const player& play, const sweep_hooks& hooks) {
  return shared_sweep{plan, play, hooks}.run();
}

std::vector<std::size_t> never_failed(const sweep_plan& plan, const sweep_outcome& outcome) {
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < plan.scenarios.size(); ++i)
    if (outcome.totals.schedules == plan.size() && plan.scenarios[i].expected_to_fail &&
        outcome.tallies[i].failed == 0)
      all.push_back(i);
  return all;
}

} // namespace troupe::lab
