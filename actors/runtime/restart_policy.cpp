// SPDX-License-Identifier: BSD-3-Clause
#include "actors/runtime/restart_policy.hpp"

namespace troupe {

bool restart_window::count(time_point now) {
  while (!at_.empty() && now - at_.front() > period_)
    at_.pop_front();
  if (at_.size() >= intensity_)
    return false;
  at_.push_back(now);
  return true;
}

} // namespace troupe
