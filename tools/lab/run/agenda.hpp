// SPDX-License-Identifier: BSD-3-Clause
// What is to be done when, on the laboratory's own thread: a list by time, then by order of entry. Times
// count from the start of the run.
#pragma once

#include "messages/types/time.hpp"

#include <functional>
#include <map>
#include <optional>

namespace troupe::lab {

class agenda {
public:
  using task = std::function<void()>;

  void at(duration when, task what) { tasks_.emplace(when, std::move(what)); }
  std::optional<duration> next() const {
    return tasks_.empty() ? std::nullopt : std::optional{tasks_.begin()->first};
  }
  /// Takes the first task out if it is due.
  std::optional<task> take(duration now) {
    if (tasks_.empty() || tasks_.begin()->first > now)
      return std::nullopt;
    return std::move(tasks_.extract(tasks_.begin()).mapped());
  }
  void clear() { tasks_.clear(); }

private:
  std::multimap<duration, task> tasks_; // equal times keep their order
};

} // namespace troupe::lab
