// SPDX-License-Identifier: BSD-3-Clause
// The runs of one figure: the median is what is reported, all of them are printed.
#pragma once

#include "messages/types/assert.hpp"

#include <algorithm>
#include <vector>

namespace troupe::bench {

using samples = std::vector<double>;

/// The value below which `per_cent` of the sorted values lie; nearest rank.
inline double percentile(samples values, double per_cent) {
  TROUPE_ASSERT(!values.empty());
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<std::size_t>(per_cent / 100.0 * static_cast<double>(values.size()));
  return values[std::min(rank, values.size() - 1)];
}

inline double median(const samples& values) {
  return percentile(values, 50);
}

} // namespace troupe::bench
