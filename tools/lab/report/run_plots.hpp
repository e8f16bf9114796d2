// SPDX-License-Identifier: BSD-3-Clause
// The plots over the time of a run, one below the other with one time axis: faults by kind, availability,
// operations per second, latency. Each is binned, so its size does not depend on the run's. Pure.
#pragma once

#include "tools/lab/report/markup.hpp"
#include "tools/lab/report/timeline.hpp"

namespace troupe::lab {

constexpr std::size_t fault_rows_max = 10;

/// Nothing is drawn for a run without faults.
void draw_fault_rows(markup& to, const run_record& run, const timeline& over);
void draw_availability(markup& to, const run_record& run, const timeline& over);
void draw_rate(markup& to, const run_record& run, const timeline& over);
void draw_latency(markup& to, const run_record& run, const timeline& over);
/// The same bins as a table, closed until asked for.
void write_bins(markup& to, const timeline& over);

} // namespace troupe::lab
