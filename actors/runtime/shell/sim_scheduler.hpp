// SPDX-License-Identifier: BSD-3-Clause
// Runs an actor system under CAF's test scheduler together with what else happens in virtual time (the
// simulated network) as one world: which ready actor runs next is drawn from a seed, and time jumps to the
// next thing that is due anywhere. Nothing runs unless told. One thread; the system must be configured with
// schedule::virtual_. Source: design 8, spec caf 5.
#pragma once

#include "actors/runtime/node_context.hpp"

#include <caf/actor_clock.hpp>
#include <caf/execution_unit.hpp>
#include <caf/fwd.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace caf {
class resumable;
}
namespace caf::scheduler {
class test_coordinator;
}

namespace troupe {

/// An event queue beside the actors, such as sim_world, counting time from the scheduler's start.
struct virtual_events {
  std::function<std::optional<time_point>()> next_due;
  std::function<void(time_point now)> advance; ///< runs all that is due up to `now`
};

struct sim_scheduler_options {
  std::uint64_t wall_start_ms = 1'700'000'000'000; ///< what node_clock::wall_ms says at the start
  std::uint64_t jobs_per_moment_max =
    50'000'000; ///< actor resumptions without time passing; more is a livelock
  std::size_t burst_max =
    1; ///< messages an actor may handle before another one runs: each time a number up to this is drawn
};

class sim_scheduler {
public:
  /// Throws assertion_failed unless the system is under the test scheduler.
  sim_scheduler(caf::actor_system& system, random_stream order, virtual_events beside,
                const sim_scheduler_options& options = {});
  sim_scheduler(const sim_scheduler&) = delete;
  sim_scheduler& operator=(const sim_scheduler&) = delete;

  /// For every node_context of the simulation.
  const std::shared_ptr<const node_clock>& clock() const { return clock_; }
  time_point now() const { return clock_->now(); }
  /// When something will happen that is not ready now.
  std::optional<time_point> next_due() const;

  /// Runs all that is ready or due now.
  void settle();
  /// Settles, jumps to the next moment at which something is due, and settles again; false if that is after
  /// `last`.
  bool step(time_point last);
  /// Lets `span` pass. Time stands at its end afterwards.
  void run_for(duration span);
  /// Runs until `reached()`, asked after each step; false if that took longer than `limit`.
  bool run_until(const std::function<bool()>& reached, duration limit);

  /// Called after every resumption of an actor.
  void after_each_job(std::function<void()> hook) { after_job_ = std::move(hook); }
  /// Ready actors for which `held` says yes do not run until a `hold` says no, as those of a node that is
  /// paused. Null: none.
  void hold(std::function<bool(caf::resumable&)> held);

  /// Drops all timers and runs what is left. The owner has killed the actors it knows before: a timer that is
  /// armed again and again would keep the actor system from ever being destroyed.
  void shut_down();

  std::uint64_t jobs_run() const { return jobs_run_; }

private:
  /// What an actor makes ready while it runs goes to the end of the list.
  class unit final : public caf::execution_unit {
  public:
    explicit unit(caf::actor_system& system, caf::scheduler::test_coordinator& coordinator)
      : execution_unit(&system), coordinator_(coordinator) {}
    void exec_later(caf::resumable* job) override;

  private:
    caf::scheduler::test_coordinator& coordinator_;
  };

  std::optional<time_point> next_timeout() const;
  bool fire_due_timeouts();
  bool advance_beside();
  bool run_one_job();
  bool put_aside(caf::resumable& job);
  void set_time(time_point at);

  caf::scheduler::test_coordinator& coordinator_;
  unit unit_;
  random_stream order_;
  virtual_events beside_;
  sim_scheduler_options options_;
  std::shared_ptr<const node_clock> clock_;
  caf::actor_clock::time_point origin_;
  std::uint64_t jobs_run_ = 0;
  std::function<void()> after_job_;
  std::function<bool(caf::resumable&)> held_;
  std::vector<caf::resumable*> aside_; ///< ready, and held
};

} // namespace troupe
