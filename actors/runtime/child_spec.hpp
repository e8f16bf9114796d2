// SPDX-License-Identifier: BSD-3-Clause
// What a supervisor knows about its children and itself, as plain data.
#pragma once

#include "actors/runtime/backoff.hpp"
#include "actors/runtime/restart_policy.hpp"

#include <string>

namespace troupe {

struct child_spec {
  std::string key; ///< unique in its supervisor; the last part of the child's logical path
  restart kind = restart::permanent;
  duration stop_within = std::chrono::seconds{1}; ///< asked to stop, it has this long, then it is killed
};

struct supervision_options {
  strategy plan = strategy::one_for_one;
  std::size_t intensity = 3;                 ///< restarts, not counting crashes charged to a peer ...
  duration period = std::chrono::seconds{5}; ///< ... within this time, before it escalates
  backoff_options wait;
  std::size_t children_max = 65536;
};

} // namespace troupe
