// SPDX-License-Identifier: BSD-3-Clause
// An actor system under CAF's test scheduler: one thread, virtual time, nothing runs until told. Every actor
// test stands on one.
#pragma once

#include "actors/runtime/shell/clock.hpp"
#include "actors/runtime/shell/spawn.hpp"
#include "actors/runtime/shell/system_config.hpp"

#include <caf/actor_system.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <memory>
#include <string>
#include <vector>

namespace troupe::test {

/// Keeps every line.
class recording_sink : public log_sink {
public:
  bool wants(log_level) const override { return true; }
  void write(log_level level, std::string_view actor, time_point, std::string_view line) override {
    lines.push_back({level, std::string{actor}, std::string{line}});
  }
  bool has(std::string_view part) const {
    for (const auto& line : lines)
      if (line.text.find(part) != std::string::npos)
        return true;
    return false;
  }

  struct entry {
    log_level level;
    std::string actor;
    std::string text;
  };
  std::vector<entry> lines;
};

class stage {
public:
  explicit stage(std::uint64_t seed = 1)
    : config_(std::make_unique<configured>()), system_(std::make_unique<caf::actor_system>(*config_)),
      scheduler_(dynamic_cast<caf::scheduler::test_coordinator&>(system_->scheduler())),
      log_(std::make_shared<recording_sink>()),
      context_{make_virtual_clock(*system_, 1'700'000'000'000), log_, random_stream{seed}, "n1"} {}
  /// Actors left alive are stopped by whoever holds them first: call stop with them, or keep them in a
  /// supervisor.
  ~stage() {
    run();
    scheduler_.clock().cancel_all();
    run();
  }

  caf::actor_system& system() { return *system_; }
  recording_sink& log() { return *log_; }
  node_context context(std::string_view name) const { return context_.named(name); }
  time_point now() const { return context_.clock->now(); }

  /// Runs what is ready, without letting time pass.
  void run() {
    while (scheduler_.try_run_once())
      continue;
  }
  /// Runs one ready actor, if there is one.
  void run_one() { scheduler_.try_run_once(); }
  /// Lets `span` of virtual time pass, timer by timer.
  void pass(duration span) {
    run();
    const auto end = scheduler_.clock().now() + span;
    auto& schedule = scheduler_.clock();
    while (schedule.has_pending_timeout() && next_timeout() <= end) {
      schedule.trigger_timeout();
      run();
    }
    if (schedule.now() < end)
      schedule.current_time = end;
    run();
  }
  template <class... Handles>
  void stop(const Handles&... handles) {
    (caf::anon_send_exit(handles, caf::exit_reason::kill), ...);
    run();
  }
  bool idle() const { return !scheduler_.has_pending_timeout() && !scheduler_.has_job(); }

private:
  struct configured : caf::actor_system_config {
    configured() { configure(*this, {schedule::virtual_, 1}); }
  };
  caf::actor_clock::time_point next_timeout() const { return scheduler_.clock().schedule().begin()->first; }

  std::unique_ptr<configured> config_;
  std::unique_ptr<caf::actor_system> system_;
  caf::scheduler::test_coordinator& scheduler_;
  std::shared_ptr<recording_sink> log_;
  node_context context_;
};

} // namespace troupe::test
