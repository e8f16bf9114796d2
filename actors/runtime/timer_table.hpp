// SPDX-License-Identifier: BSD-3-Clause
// The timers of one shell. CAF's delayed messages cannot be cancelled, so the table asks for a wake-up only
// when none that is under way comes early enough; a wake-up for a timer that was cancelled or moved finds
// nothing due and is forgotten. Pure: the owner turns wake() into a delayed timer_fired and hands it back to
// fired().
#pragma once

#include "messages/types/strong.hpp"
#include "messages/types/time.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace troupe {

class timer_table {
public:
  static constexpr std::size_t timers_max =
    1024; ///< per shell; a machine that needs more keeps deadlines itself

  explicit timer_table(std::size_t limit = timers_max) : limit_(limit) {}

  /// Sets or moves a timer. False: the table is full and nothing changed.
  bool arm(timer_id timer, time_point deadline);
  void cancel(timer_id timer);
  void clear();

  /// The wake-up to send now, if the ones under way come too late for the next deadline. Answers each of them
  /// once.
  std::optional<time_point> wake();
  /// A wake-up arrived.
  void fired(time_point at) { under_way_.erase(at); }
  /// Removes and gives the earliest timer whose deadline is at or before `now`; equal deadlines in the order
  /// of their ids.
  std::optional<timer_id> due(time_point now);

  std::size_t size() const { return deadlines_.size(); }
  std::size_t wakes_under_way() const { return under_way_.size(); }

private:
  std::size_t limit_;
  std::map<timer_id, time_point> deadlines_;
  std::set<std::pair<time_point, timer_id>> queue_;
  std::set<time_point> under_way_;
};

} // namespace troupe
