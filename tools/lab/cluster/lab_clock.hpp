// SPDX-License-Identifier: BSD-3-Clause
// A node's own clock: the common one, running faster or slower, with a wall clock that can jump. `now` stays
// monotone whatever happens. Thread-safe.
#pragma once

#include "actors/runtime/node_context.hpp"

#include <mutex>

namespace troupe::lab {

class lab_clock final : public node_clock {
public:
  explicit lab_clock(std::shared_ptr<const node_clock> common) : common_(std::move(common)) {}

  time_point now() const override {
    const std::scoped_lock lock{guard_};
    return skewed(common_->now());
  }
  std::uint64_t wall_ms() const override {
    const std::scoped_lock lock{guard_};
    return common_->wall_ms() + static_cast<std::uint64_t>(jumped_ms_); // wraps around for jumps back
  }

  /// From now on `permille` of the common clock's speed; 1000 is right.
  void run_at(std::int64_t permille) {
    const std::scoped_lock lock{guard_};
    const auto here = common_->now();
    base_ = skewed(here);
    since_ = here;
    permille_ = permille;
  }
  void jump(std::int64_t by_ms) {
    const std::scoped_lock lock{guard_};
    jumped_ms_ += by_ms;
  }

private:
  time_point skewed(time_point common) const {
    const auto passed = common - since_;
    return base_ + (permille_ == 1000 ? passed : passed / 1000 * permille_);
  }

  std::shared_ptr<const node_clock> common_;
  mutable std::mutex guard_;
  time_point base_{};
  time_point since_{};
  std::int64_t permille_ = 1000;
  std::int64_t jumped_ms_ = 0;
};

} // namespace troupe::lab
