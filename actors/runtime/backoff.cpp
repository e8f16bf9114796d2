// SPDX-License-Identifier: BSD-3-Clause
#include "actors/runtime/backoff.hpp"

#include "messages/types/assert.hpp"

namespace troupe {

backoff::backoff(backoff_options options, random_stream rng)
  : options_(options), rng_(rng), next_(options.min) {
  TROUPE_ASSERT(options.valid());
}

duration backoff::failed_after(duration lasted) {
  if (lasted >= options_.healthy_after)
    reset();
  const auto base = next_;
  // Division instead of multiplication: a large maximum cannot overflow.
  next_ = next_ > options_.max / options_.factor ? options_.max : next_ * options_.factor;
  return jittered(base);
}

duration backoff::jittered(duration base) {
  const auto span = base.count() / 100 * static_cast<duration::rep>(options_.jitter_percent);
  if (span <= 0)
    return base;
  return base + duration{static_cast<duration::rep>(rng_.below(static_cast<std::uint64_t>(span) + 1))};
}

} // namespace troupe
