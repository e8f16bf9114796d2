// SPDX-License-Identifier: BSD-3-Clause
// Two sets of runs side by side: the ratio of each figure's mean, second over first, with a bootstrap 95 %
// interval. Pure and deterministic: the resampling draws from a stream with a fixed seed.
#pragma once

#include "tools/lab/report/run_figures.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace troupe::lab {

constexpr std::size_t bootstrap_resamples = 4000;

struct ratio_interval {
  double low = 0;
  double high = 0;
};

struct compared_figure {
  std::string_view name;  ///< as in results.json, e.g. "latency_p99_us"
  std::size_t runs_a = 0; ///< that have the figure
  std::size_t runs_b = 0;
  std::optional<double> mean_a; ///< nothing: no run has it
  std::optional<double> mean_b;
  std::optional<double> ratio; ///< b over a; nothing: one is missing, or a is 0
  /// Percentile bootstrap of the ratio of means, runs drawn with replacement on both sides. Nothing: fewer
  /// than two runs on a side, or resamples whose mean of a is 0.
  std::optional<ratio_interval> interval;
};

/// In a fixed order: messages and bytes per operation, latency p50 and p99, availability, share ok.
std::vector<compared_figure> compare(const std::vector<run_figures>& a, const std::vector<run_figures>& b);

/// Aligned columns, a line per figure and a head; "-" is nothing and "unknown" an interval that cannot be
/// known.
std::string comparison_text(const std::vector<compared_figure>& all, std::string_view name_a,
                            std::string_view name_b);
/// {"a","b","figures":[{"name","runs_a","runs_b","a","b","ratio","low","high"}]}, null for nothing.
boost::json::object comparison_object(const std::vector<compared_figure>& all, std::string_view name_a,
                                      std::string_view name_b);

} // namespace troupe::lab
