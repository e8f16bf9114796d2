// SPDX-License-Identifier: BSD-3-Clause
// Tells threads outside the actor system that what a node shows may have changed: its peers, its voters, its set. Raised by actors of
// the node on their threads, waited for by callers on theirs.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace troupe {

class change_signal {
public:
  using time_point = std::chrono::steady_clock::time_point;

  void raise() {
    {
      const std::lock_guard hold{mutex_};
      ++count_;
    }
    raised_.notify_all();
  }
  std::uint64_t count() const {
    const std::lock_guard hold{mutex_};
    return count_;
  }
  /// True once it was raised since count() was `seen`; false at the deadline.
  bool wait_past(std::uint64_t seen, time_point deadline) const {
    std::unique_lock hold{mutex_};
    return raised_.wait_until(hold, deadline, [&] { return count_ != seen; });
  }

private:
  mutable std::mutex mutex_;
  mutable std::condition_variable raised_;
  std::uint64_t count_ = 0;
};

} // namespace troupe
