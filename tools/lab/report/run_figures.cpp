// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/report/run_figures.hpp"

namespace troupe::lab {
namespace {

double microseconds(duration value) {
  return static_cast<double>(value.count()) / 1e3;
}

std::optional<double> mean_availability(const timeline& over) {
  double sum = 0;
  std::size_t bins = 0;
  for (const auto& bin : over.bins)
    if (const auto share = bin.availability()) {
      sum += *share;
      ++bins;
    }
  if (bins == 0)
    return std::nullopt;
  return sum / static_cast<double>(bins);
}

} // namespace

run_figures figures_of(const run_record& run, const timeline& over) {
  run_figures out;
  const auto counts = count(run);
  if (counts.ok > 0) {
    const auto ok = static_cast<double>(counts.ok);
    out.messages_per_operation = static_cast<double>(run.messages) / ok;
    out.bytes_per_operation = static_cast<double>(run.bytes) / ok;
  }
  if (!run.operations.empty())
    out.ok_share = static_cast<double>(counts.ok) / static_cast<double>(run.operations.size());
  out.availability = mean_availability(over);
  std::vector<duration> latencies;
  latencies.reserve(counts.ok);
  for (const auto& one : run.operations)
    if (one.outcome == operation_record::result::ok && one.answered)
      latencies.push_back(*one.answered - one.invoked);
  if (!latencies.empty()) {
    out.latency_p50_us = microseconds(percentile(latencies, 500));
    out.latency_p90_us = microseconds(percentile(latencies, 900));
    out.latency_p99_us = microseconds(percentile(latencies, 990));
    out.latency_max_us = microseconds(percentile(latencies, 1000));
  }
  return out;
}

run_figures figures_of(const run_record& run) {
  return figures_of(run, make_timeline(run, timeline_bins));
}

} // namespace troupe::lab
