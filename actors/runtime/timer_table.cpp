// SPDX-License-Identifier: BSD-3-Clause
#include "actors/runtime/timer_table.hpp"

namespace troupe {

bool timer_table::arm(timer_id timer, time_point deadline) {
  const auto known = deadlines_.find(timer);
  if (known == deadlines_.end()) {
    if (deadlines_.size() >= limit_)
      return false;
    deadlines_.emplace(timer, deadline);
  } else {
    queue_.erase({known->second, timer});
    known->second = deadline;
  }
  queue_.insert({deadline, timer});
  return true;
}

void timer_table::cancel(timer_id timer) {
  const auto known = deadlines_.find(timer);
  if (known == deadlines_.end())
    return;
  queue_.erase({known->second, timer});
  deadlines_.erase(known);
}

void timer_table::clear() {
  deadlines_.clear();
  queue_.clear();
}

std::optional<time_point> timer_table::wake() {
  if (queue_.empty())
    return std::nullopt;
  const auto next = queue_.begin()->first;
  if (!under_way_.empty() && *under_way_.begin() <= next)
    return std::nullopt;
  under_way_.insert(next);
  return next;
}

std::optional<timer_id> timer_table::due(time_point now) {
  if (queue_.empty() || queue_.begin()->first > now)
    return std::nullopt;
  const auto timer = queue_.begin()->second;
  queue_.erase(queue_.begin());
  deadlines_.erase(timer);
  return timer;
}

} // namespace troupe
