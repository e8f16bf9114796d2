// SPDX-License-Identifier: BSD-3-Clause
// Time as machines see it: an argument. The clock behind it is the system's in production and virtual in simulation.
#pragma once

#include <chrono>
#include <cstdint>

namespace troupe {

/// The time line of one node. It never reads a clock itself: `now` comes from node_context.
struct node_time_line {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<node_time_line>;
  static constexpr bool is_steady = true;
};

using duration = node_time_line::duration;
using time_point = node_time_line::time_point;

} // namespace troupe
