// SPDX-License-Identifier: BSD-3-Clause
#include "actors/runtime/shell/system_config.hpp"

#include <caf/atom.hpp>

#include <algorithm>
#include <thread>

namespace troupe {
namespace {

// More workers only steal from each other: a node's actors are woken in bursts (spec: caf 3).
constexpr std::size_t threads_max = 4;
// Messages an actor may handle before it goes to the end of its worker's queue; CAF's own default is no
// limit.
constexpr std::size_t throughput_max = 100;

} // namespace

void configure(caf::actor_system_config& config, const system_options& options) {
  const auto cores = std::max<std::size_t>(1, std::thread::hardware_concurrency());
  config.set("scheduler.max-threads", options.threads != 0 ? options.threads : std::min(cores, threads_max));
  config.set("scheduler.max-throughput", throughput_max);
  // Work sharing: an idle worker is woken by what comes; under work stealing it polls, asleep 50 us at a time.
  config.set("scheduler.policy",
             options.mode == schedule::virtual_ ? caf::atom("testing") : caf::atom("sharing"));
  add_error_domain<runtime_errc>(config);
  add_error_domain<flat_errc>(config);
}

} // namespace troupe
