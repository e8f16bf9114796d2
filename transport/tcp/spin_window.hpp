// SPDX-License-Identifier: BSD-3-Clause
// How long an I/O thread that has run out of work looks again before it sleeps. Waking a sleeping core costs
// more than 100 us on virtual machines, several times a round trip on loopback. Spinning pays only while
// work keeps coming in short gaps, so the window grows with each such gap and closes at the first long one:
// an idle thread burns one window, once. Pure; owned by the I/O thread. Source: decision 0008.
#pragma once

#include "messages/types/time.hpp"

#include <algorithm>

namespace troupe::transport {

class spin_window {
public:
  static constexpr duration longest = std::chrono::microseconds{200};
  static constexpr duration first = std::chrono::microseconds{25};

  /// How long to look for work before sleeping; zero = sleep at once.
  duration span() const { return span_; }

  /// Work came after `gap` without any, whether it was awaited spinning or asleep.
  void came_after(duration gap) { span_ = gap > longest ? duration{} : std::clamp(2 * span_, first, longest); }

private:
  duration span_{};
};

} // namespace troupe::transport
