// SPDX-License-Identifier: BSD-3-Clause
#include "actors/runtime/shell/sim_scheduler.hpp"

#include "actors/runtime/shell/clock.hpp"
#include "messages/types/assert.hpp"

#include <caf/actor_system.hpp>
#include <caf/resumable.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <algorithm>
#include <utility>

namespace troupe {
namespace {

caf::scheduler::test_coordinator& test_coordinator_of(caf::actor_system& system) {
  auto* coordinator = dynamic_cast<caf::scheduler::test_coordinator*>(&system.scheduler());
  TROUPE_ASSERT(coordinator != nullptr);
  return *coordinator;
}

} // namespace

sim_scheduler::sim_scheduler(caf::actor_system& system, random_stream order, virtual_events beside,
                             const sim_scheduler_options& options)
  : coordinator_(test_coordinator_of(system)), unit_(system, coordinator_), order_(order),
    beside_(std::move(beside)), options_(options), clock_(make_virtual_clock(system, options.wall_start_ms)),
    origin_(coordinator_.clock().now()) {}

void sim_scheduler::unit::exec_later(caf::resumable* job) {
  coordinator_.jobs.push_back(job);
}

std::optional<time_point> sim_scheduler::next_timeout() const {
  const auto& waiting = coordinator_.clock().schedule();
  if (waiting.empty())
    return std::nullopt;
  return time_point{std::chrono::duration_cast<duration>(waiting.begin()->first - origin_)};
}

std::optional<time_point> sim_scheduler::next_due() const {
  const auto timeout = next_timeout();
  const auto other = beside_.next_due();
  if (!timeout || !other)
    return timeout ? timeout : other;
  return std::min(*timeout, *other);
}

bool sim_scheduler::fire_due_timeouts() {
  bool fired = false;
  for (auto next = next_timeout(); next && *next <= now(); next = next_timeout())
    fired |= coordinator_.trigger_timeout();
  return fired;
}

bool sim_scheduler::advance_beside() {
  const auto next = beside_.next_due();
  beside_.advance(now());
  return next && *next <= now();
}

bool sim_scheduler::run_one_job() {
  auto& jobs = coordinator_.jobs;
  if (jobs.empty())
    return false;
  if (jobs.size() > 1) {
    const std::size_t drawn = order_.below(jobs.size());
    std::swap(jobs[0], jobs[drawn]);
  }
  if (held_ && put_aside(*jobs.front()))
    return true;
  ++jobs_run_;
  auto* job = jobs.front();
  jobs.pop_front();
  const auto burst = options_.burst_max > 1 ? 1 + order_.below(options_.burst_max) : 1;
  const auto outcome = job->resume(&unit_, static_cast<std::size_t>(burst));
  if (outcome == caf::resumable::resume_later)
    jobs.push_front(job);
  else if (outcome != caf::resumable::shutdown_execution_unit)
    caf::intrusive_ptr_release(job);
  if (after_job_)
    after_job_();
  return true;
}

bool sim_scheduler::put_aside(caf::resumable& job) {
  if (!held_(job))
    return false;
  aside_.push_back(&job);
  coordinator_.jobs.pop_front();
  return true;
}

void sim_scheduler::hold(std::function<bool(caf::resumable&)> held) {
  held_ = std::move(held);
  for (auto* job : std::exchange(aside_, {}))
    coordinator_.jobs.push_back(job);
}

void sim_scheduler::settle() {
  std::uint64_t jobs = 0;
  for (bool more = true; more;) {
    more = fire_due_timeouts();
    more |= advance_beside();
    while (run_one_job()) {
      more = true;
      TROUPE_ASSERT(++jobs < options_.jobs_per_moment_max);
    }
  }
}

void sim_scheduler::set_time(time_point at) {
  auto& current = coordinator_.clock().current_time;
  current = std::max(current, origin_ + at.time_since_epoch());
}

bool sim_scheduler::step(time_point last) {
  settle();
  const auto next = next_due();
  if (!next || *next > last)
    return false;
  set_time(*next);
  settle();
  return true;
}

void sim_scheduler::run_for(duration span) {
  const auto end = now() + span;
  while (step(end))
    continue;
  set_time(end);
  settle();
}

bool sim_scheduler::run_until(const std::function<bool()>& reached, duration limit) {
  const auto end = now() + limit;
  settle();
  while (!reached())
    if (!step(end))
      return false;
  return true;
}

void sim_scheduler::shut_down() {
  hold(nullptr);
  coordinator_.clock().cancel_all();
  while (run_one_job())
    continue;
  coordinator_.clock().cancel_all();
}

} // namespace troupe
