// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/compare/compare.hpp"

#include "messages/types/random_stream.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace troupe::lab {
namespace {

constexpr std::uint64_t bootstrap_seed = 0x74726f7570652e62; // any number, as long as it stays the same

struct figure {
  std::string_view name;
  std::optional<double> run_figures::*field;
};

constexpr std::array<figure, 6> compared{{{"messages_per_operation", &run_figures::messages_per_operation},
                                          {"bytes_per_operation", &run_figures::bytes_per_operation},
                                          {"latency_p50_us", &run_figures::latency_p50_us},
                                          {"latency_p99_us", &run_figures::latency_p99_us},
                                          {"availability", &run_figures::availability},
                                          {"ok_share", &run_figures::ok_share}}};

std::vector<double> values_of(const std::vector<run_figures>& runs,
                              std::optional<double> run_figures::*field) {
  std::vector<double> out;
  for (const auto& run : runs)
    if (run.*field)
      out.push_back(*(run.*field));
  return out;
}

std::optional<double> mean(const std::vector<double>& values) {
  if (values.empty())
    return std::nullopt;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double resampled_mean(const std::vector<double>& values, random_stream& draws) {
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i)
    sum += values[draws.below(values.size())];
  return sum / static_cast<double>(values.size());
}

std::optional<ratio_interval> bootstrap(const std::vector<double>& a, const std::vector<double>& b,
                                        random_stream draws) {
  if (a.size() < 2 || b.size() < 2)
    return std::nullopt;
  std::vector<double> ratios;
  ratios.reserve(bootstrap_resamples);
  for (std::size_t i = 0; i < bootstrap_resamples; ++i) {
    const auto below = resampled_mean(a, draws), above = resampled_mean(b, draws);
    if (below <= 0)
      return std::nullopt;
    ratios.push_back(above / below);
  }
  std::ranges::sort(ratios);
  // 2.5 % of the resamples lie outside on each side.
  constexpr auto outside = bootstrap_resamples / 40;
  return ratio_interval{ratios[outside], ratios[bootstrap_resamples - 1 - outside]};
}

} // namespace

std::vector<compared_figure> compare(const std::vector<run_figures>& a, const std::vector<run_figures>& b) {
  std::vector<compared_figure> out;
  const random_stream draws(bootstrap_seed);
  for (const auto& [name, field] : compared) {
    const auto in_a = values_of(a, field), in_b = values_of(b, field);
    compared_figure one{name, in_a.size(), in_b.size(), mean(in_a), mean(in_b), {}, {}};
    if (one.mean_a && one.mean_b && *one.mean_a > 0) {
      one.ratio = *one.mean_b / *one.mean_a;
      one.interval = bootstrap(in_a, in_b, draws.split(name));
    }
    out.push_back(one);
  }
  return out;
}

} // namespace troupe::lab
