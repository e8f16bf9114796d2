// SPDX-License-Identifier: BSD-3-Clause
// A run cut into equal bins of time: what the plots draw and what availability is computed from, whatever the
// number of operations. Pure.
#pragma once

#include "tools/lab/run/run_record.hpp"

namespace troupe::lab {

struct time_bin {
  operation_counts invoked;  ///< operations that began here, by what became of them
  operation_counts answered; ///< operations whose answer came here; `unknown` stays 0
  /// Of the operations that began here and were answered ok; nothing: there was none.
  struct latencies {
    duration p50{};
    duration p99{};
    duration max{};
  };
  std::optional<latencies> latency;

  /// Share of the operations begun here that were answered ok, 0 to 1; nothing: none began.
  std::optional<double> availability() const;
};

struct timeline {
  duration end{};   ///< of the last bin; at least everything the record has a time for
  duration width{}; ///< of a bin
  std::vector<time_bin> bins;
};

/// `bins` > 0. Times before the start count as the start.
timeline make_timeline(const run_record& run, std::size_t bins);

/// The value that `per_mille` of the values do not exceed (nearest rank). `values` is not empty; it is
/// reordered.
duration percentile(std::vector<duration>& values, std::uint32_t per_mille);

} // namespace troupe::lab
