// SPDX-License-Identifier: BSD-3-Clause
#include "tools/bench/sim_figures.hpp"

#include "actors/brb/packets.hpp"
#include "tools/bench/bench_listener.hpp"
#include "tools/bench/forked.hpp"
#include "tools/bench/sim_cluster.hpp"
#include "tools/lab/check/check_names.hpp"
#include "tools/lab/report/results_folder.hpp"
#include "tools/lab/run/experiment.hpp"

#include <chrono>

namespace troupe::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr double measured_s = 2;                    ///< of one figure, at the least
constexpr std::size_t in_flight = brb::pipeline_max; ///< operations of each node
constexpr std::size_t operations_of_a_schedule = 20;
constexpr std::uint64_t events_of_the_report = 1'000'000;
constexpr duration settling = seconds{5}; ///< until everybody is connected

class stop_watch {
public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
  }

private:
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

lab::scenario checked_scenario(std::string name) {
  lab::scenario what;
  what.name = std::move(name);
  what.randomise = false;
  for (const auto& each : lab::check_names)
    if (each.in_groups)
      what.checks.push_back({std::string{each.name}});
  return what;
}

lab::operations_spec operations(std::size_t count, duration every) {
  lab::operations_spec some;
  some.count = static_cast<std::uint32_t>(count);
  some.every = every;
  return some;
}

double steady_messages() {
  sim_cluster group{checked_scenario("bench-messages")};
  group.start();
  group.pass(seconds{1});
  group.load(in_flight);
  group.pass(milliseconds{10});
  const auto before = group.messages();
  const stop_watch watch;
  double passed = 0;
  while ((passed = watch.seconds()) < measured_s)
    group.pass(milliseconds{10});
  const auto sent = static_cast<double>(group.messages() - before);
  return group.good() && group.failed() == 0 ? sent / passed : 0;
}

double whole_schedules(lab::signatures signatures) {
  auto what = checked_scenario("bench-schedule");
  what.signatures = signatures;
  what.load = milliseconds{100};
  what.workloads.emplace_back(operations(operations_of_a_schedule, milliseconds{5}));
  lab::experiment_options how;
  how.for_report = false;
  const stop_watch watch;
  std::size_t played = 0;
  double passed = 0;
  while ((passed = watch.seconds()) < measured_s) {
    ++how.seed;
    const auto run = lab::play(what, how);
    if (run.outcome != lab::verdict::passed)
      return 0;
    ++played;
  }
  return static_cast<double>(played) / passed * 60;
}

double speedup_of_a_swarm() {
  auto what = checked_scenario("bench-swarm");
  what.nodes = 50;
  what.voters = 7;
  what.degree = 8;
  what.load = seconds{60};
  what.workloads.emplace_back(operations(600, milliseconds{100}));
  lab::experiment_options how;
  how.for_report = false;
  const auto run = lab::play(what, how);
  if (run.outcome != lab::verdict::passed)
    return 0;
  return std::chrono::duration<double>(run.virtual_time).count() /
         std::chrono::duration<double>(run.wall).count();
}

double memory_of_a_node() {
  auto what = checked_scenario("bench-idle");
  what.nodes = idle_swarm_size;
  what.voters = 16;
  what.degree = 16;
  const auto before = resident_bytes();
  sim_cluster swarm{what};
  swarm.start();
  swarm.pass(settling);
  const auto after = resident_bytes();
  return swarm.good() ? static_cast<double>(after - before) / static_cast<double>(idle_swarm_size) : 0;
}

/// A run of about that many events, then what writing it takes.
double report_of_a_long_run() {
  constexpr std::uint64_t events_of_an_operation = 100; // a lower bound
  auto what = checked_scenario("bench-report");
  what.load = milliseconds{100};
  what.workloads.emplace_back(
    operations(events_of_the_report / events_of_an_operation, std::chrono::microseconds{500}));
  const auto run = lab::play(what, {});
  if (run.events < events_of_the_report)
    return 0;
  const temporary_directory folder;
  const stop_watch watch;
  return lab::write_results(run, folder.path()) ? watch.seconds() : 0;
}

} // namespace

double sim_messages_s() {
  return sum_of_processes(sim_jobs, steady_messages);
}

double sim_schedules_min(bool real_signatures) {
  return sum_of_processes(sim_jobs, [=] {
    return whole_schedules(real_signatures ? lab::signatures::ed25519 : lab::signatures::stub);
  });
}

double sim_bytes_per_node() {
  return sum_of_processes(1, memory_of_a_node);
}

double sim_swarm_speedup() {
  return sum_of_processes(1, speedup_of_a_swarm);
}

double sim_report_s() {
  return sum_of_processes(1, report_of_a_long_run);
}

} // namespace troupe::bench
