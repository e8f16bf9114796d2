// SPDX-License-Identifier: BSD-3-Clause
// How long to wait before trying again: grows by a factor from min to max with each failure in a row, plus
// seeded jitter so that nodes that fell together do not rise together. A success that lasts long enough
// starts it over. Source: Pekko's backoff supervisor.
#pragma once

#include "messages/types/random_stream.hpp"
#include "messages/types/time.hpp"

#include <cstdint>

namespace troupe {

struct backoff_options {
  duration min = std::chrono::milliseconds{10};
  duration max = std::chrono::seconds{2};
  std::uint32_t factor = 2;                          ///< at least 1
  std::uint32_t jitter_percent = 20;                 ///< up to this much is added, never taken away
  duration healthy_after = std::chrono::seconds{10}; ///< a run this long counts as a success

  bool valid() const { return min >= duration::zero() && max >= min && factor >= 1 && jitter_percent <= 100; }
};

class backoff {
public:
  backoff(backoff_options options, random_stream rng);

  /// The wait after one more failure of something that had run for `lasted`.
  duration failed_after(duration lasted);
  void reset() { next_ = options_.min; }

private:
  duration jittered(duration base);

  backoff_options options_;
  random_stream rng_;
  duration next_;
};

} // namespace troupe
