// SPDX-License-Identifier: BSD-3-Clause
// What the laboratory's scheduler does with actors that do nothing but pass a message on: its upper bound.
#include "actors/runtime/shell/sim_scheduler.hpp"
#include "actors/runtime/shell/spawn.hpp"
#include "actors/runtime/shell/system_config.hpp"
#include "tools/bench/forked.hpp"
#include "tools/bench/sim_figures.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <chrono>

namespace troupe::bench {
namespace {

constexpr std::size_t actors = 8;
constexpr double measured_s = 1;
constexpr std::uint64_t jobs_between_looks = 100'000; ///< at the clock

struct ball {};

} // namespace
} // namespace troupe::bench

template <>
inline constexpr std::string_view troupe::signal_name<troupe::bench::ball> = "bench.ball";

namespace troupe::bench {
namespace {

using player_handle = handle<takes<ball>>;
struct player_state {
  static inline const char* name = "player";
};

/// Sends each ball to itself: there is always one job for each actor, and the order is drawn.
player_handle::behavior_type player(self_ptr<player_handle, player_state> self, node_context,
                                    std::shared_ptr<bool> playing) {
  return {[self, playing](ball) {
    if (*playing)
      send(self, player_handle{self}, ball{});
  }};
}

double empty_handlers() {
  using clock = std::chrono::steady_clock;
  caf::actor_system_config config;
  configure(config, {schedule::virtual_, 1});
  caf::actor_system system{config};
  sim_scheduler scheduler{system, random_stream{1}, {[] { return std::nullopt; }, [](time_point) {}}};
  const auto playing = std::make_shared<bool>(true);
  const auto begun = clock::now();
  std::chrono::duration<double> passed{};
  scheduler.after_each_job([&, left = jobs_between_looks]() mutable {
    if (--left > 0)
      return;
    left = jobs_between_looks;
    passed = clock::now() - begun;
    *playing = passed.count() < measured_s;
  });
  for (std::size_t i = 0; i < actors; ++i)
    post(spawn(system, {scheduler.clock(), nullptr, random_stream{i}, "player"}, player, playing), ball{});
  scheduler.settle();
  return static_cast<double>(scheduler.jobs_run()) / passed.count();
}

} // namespace

double sim_jobs_s() {
  return sum_of_processes(sim_jobs, empty_handlers);
}

} // namespace troupe::bench
