// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/report/timeline.hpp"

#include "messages/types/assert.hpp"

#include <algorithm>

namespace troupe::lab {
namespace {

duration end_of(const run_record& run, std::size_t bins) {
  auto end = std::max(run.virtual_time, run.load_until);
  for (const auto& one : run.operations)
    end = std::max({end, one.invoked, one.answered.value_or(duration{})});
  for (const auto& fault : run.faults)
    end = std::max(end, fault.until);
  return std::max(end, duration{static_cast<duration::rep>(bins)});
}

void add(operation_counts& to, operation_record::result outcome) {
  switch (outcome) {
  case operation_record::result::ok:
    ++to.ok;
    break;
  case operation_record::result::failed:
    ++to.failed;
    break;
  case operation_record::result::unknown:
    ++to.unknown;
    break;
  }
}

} // namespace

std::optional<double> time_bin::availability() const {
  const auto all = invoked.ok + invoked.failed + invoked.unknown;
  if (all == 0)
    return std::nullopt;
  return static_cast<double>(invoked.ok) / static_cast<double>(all);
}

duration percentile(std::vector<duration>& values, std::uint32_t per_mille) {
  TROUPE_ASSERT(!values.empty() && per_mille <= 1000);
  const auto rank = (values.size() * per_mille + 999) / 1000;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(rank == 0 ? 0 : rank - 1);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

timeline make_timeline(const run_record& run, std::size_t bins) {
  TROUPE_ASSERT(bins > 0);
  timeline out;
  out.end = end_of(run, bins);
  const auto count = static_cast<duration::rep>(bins);
  out.width = duration{(out.end.count() + count - 1) / count};
  out.bins.resize(bins);
  const auto bin_of = [&](duration at) {
    const auto index = std::max(at, duration{}) / out.width;
    return static_cast<std::size_t>(std::min(index, count - 1));
  };
  std::vector<std::vector<duration>> latencies(bins);
  for (const auto& one : run.operations) {
    const auto began = bin_of(one.invoked);
    add(out.bins[began].invoked, one.outcome);
    if (!one.answered || one.outcome == operation_record::result::unknown)
      continue;
    add(out.bins[bin_of(*one.answered)].answered, one.outcome);
    if (one.outcome == operation_record::result::ok)
      latencies[began].push_back(*one.answered - one.invoked);
  }
  for (std::size_t i = 0; i < bins; ++i)
    if (auto& of = latencies[i]; !of.empty())
      out.bins[i].latency = {percentile(of, 500), percentile(of, 990), *std::ranges::max_element(of)};
  return out;
}

} // namespace troupe::lab
