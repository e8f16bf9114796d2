// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/run/drawn_time.hpp"

#include <algorithm>

namespace troupe::lab {

duration drawn_exponential(random_stream& rng, duration mean) {
  // Heads of a fair coin have the right tail; within a half-life the density is nearly flat.
  constexpr std::int64_t halvings_max = 16;
  std::int64_t halvings = 0;
  while (halvings < halvings_max && rng.below(2) == 0)
    ++halvings;
  const auto half_life = mean.count() * 2 / 3; // the mean of the whole is then 1.5 half-lives
  const auto rest = half_life > 0
                      ? static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(half_life)))
                      : std::int64_t{0};
  return std::max<duration>(duration{halvings * half_life + rest}, std::chrono::microseconds{1});
}

} // namespace troupe::lab
