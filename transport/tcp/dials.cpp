// SPDX-License-Identifier: BSD-3-Clause
#include "transport/tcp/dials.hpp"

#include <algorithm>

namespace troupe::transport {

dial_in_progress* dials::add(dial_request request, time_point due) {
  const auto id = request.id;
  if (live_.size() >= max_ || live_.contains(id))
    return nullptr;
  auto& made = live_[id];
  made.request = std::move(request);
  made.due = due;
  return &made;
}

dial_in_progress* dials::find(dial_id id) {
  const auto found = live_.find(id);
  return found == live_.end() ? nullptr : &found->second;
}

dial_in_progress* dials::tried_by(link_id connection) {
  const auto found = std::find_if(live_.begin(), live_.end(),
                                  [&](const auto& entry) { return entry.second.trying == connection; });
  return found == live_.end() ? nullptr : &found->second;
}

std::deque<dial_candidate> candidates(const std::vector<multiaddr>& resolved,
                                      const std::optional<peer_id>& wanted) {
  std::deque<dial_candidate> found;
  for (const auto& address : resolved) {
    const auto named = address.peer();
    const auto at = to_endpoint(address);
    if (at && !(named && wanted && *named != *wanted))
      found.push_back({*at, named});
  }
  return found;
}

} // namespace troupe::transport
