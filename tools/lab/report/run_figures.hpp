// SPDX-License-Identifier: BSD-3-Clause
// The few numbers by which two runs are compared; the report shows the same. Pure.
#pragma once

#include "tools/lab/report/timeline.hpp"

namespace troupe::lab {

/// Each is nothing where the run has nothing to compute it from.
struct run_figures {
  std::optional<double> messages_per_operation; ///< all messages over operations answered ok
  std::optional<double> bytes_per_operation;    ///< the same of payload bytes
  std::optional<double> latency_p50_us;         ///< of operations answered ok, microseconds, nearest rank
  std::optional<double> latency_p90_us;
  std::optional<double> latency_p99_us;
  std::optional<double> latency_max_us;
  /// 0 to 1: the mean over the bins of the timeline in which operations began of the share answered ok.
  /// Unlike ok_share it weighs time, so a client that waits through an outage does not hide it.
  std::optional<double> availability;
  std::optional<double> ok_share; ///< 0 to 1, of all operations
};

constexpr std::size_t timeline_bins = 100; ///< what availability and the plots use

run_figures figures_of(const run_record& run, const timeline& over);
run_figures figures_of(const run_record& run);

} // namespace troupe::lab
