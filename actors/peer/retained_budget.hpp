// SPDX-License-Identifier: BSD-3-Clause
// What all sessions of one node keep until it is acknowledged, bounded together: a lane has a bound of its
// own, but many slow peers times many lanes would be more memory than a node has. A peer may hold as much as
// is still free, so one that does not acknowledge cannot take the room of those that do: k such peers hold
// k/(k+1) of the budget, and the rest is there for the others. Counted by the peer actors, which share one
// thread; atomic, so that metrics read it from another.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

namespace troupe::peer {

class retained_budget {
public:
  static constexpr std::size_t default_max = 256u << 20; ///< bytes

  explicit retained_budget(std::size_t max = default_max) : max_(max) {}
  std::size_t max() const { return max_; }
  std::size_t held() const { return held_.load(std::memory_order_relaxed); }
  std::size_t free() const { return held() < max_ ? max_ - held() : 0; }

private:
  friend class retained_share;
  std::size_t max_;
  std::atomic<std::size_t> held_{0};
};

/// One peer's part of it. Gives back all it holds at its end.
class retained_share {
public:
  explicit retained_share(std::shared_ptr<retained_budget> of) : of_(std::move(of)) {}
  retained_share(const retained_share&) = delete;
  retained_share& operator=(const retained_share&) = delete;
  ~retained_share() { give_back(held_); }

  /// Whether `n` more bytes may be kept. A peer that holds nothing gets one chunk in any case: its
  /// acknowledgement is what tells that there is room again.
  bool admits(std::size_t n) const { return held_ == 0 || held_ + n <= of_->free(); }
  /// The peer holds at most half of what it could: time to let it go on after a refusal.
  bool at_ease() const { return held_ <= of_->free() / 2; }
  void take(std::size_t n) {
    held_ += n;
    of_->held_.fetch_add(n, std::memory_order_relaxed);
  }
  void give_back(std::size_t n) {
    held_ -= n;
    of_->held_.fetch_sub(n, std::memory_order_relaxed);
  }
  std::size_t held() const { return held_; }

private:
  std::shared_ptr<retained_budget> of_;
  std::size_t held_ = 0;
};

} // namespace troupe::peer
