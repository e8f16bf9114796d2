// SPDX-License-Identifier: BSD-3-Clause
#include "actors/peer/link_port.hpp"

namespace troupe::peer {

void link_port::post(link_event event) {
  const std::lock_guard guard{mutex_};
  if (to_)
    to_(std::move(event));
  else if (waiting_.size() < waiting_max || !std::holds_alternative<run_came>(event.what))
    waiting_.push_back(std::move(event));
}

void link_port::bind(target to) {
  const std::lock_guard guard{mutex_};
  to_ = std::move(to);
  for (auto& event : waiting_)
    to_(std::move(event));
  waiting_.clear();
}

} // namespace troupe::peer
