// SPDX-License-Identifier: BSD-3-Clause
#include "transport/yamux/stream_table.hpp"

namespace troupe::transport::yamux {

bool stream_table::may_open() const {
  return outbound_.open < limits_.outbound_max && outbound_.unacknowledged < limits_.backlog_max &&
         next_id_ != 0;
}

bool stream_table::may_admit() const {
  return inbound_.open < limits_.inbound_max && inbound_.unacknowledged < limits_.backlog_max;
}

std::uint32_t stream_table::open() {
  if (!may_open() || !windows_->reserve(initial_window))
    return 0;
  const auto id = next_id_;
  next_id_ = id > 0xffffffffu - 2 ? 0 : id + 2;
  live_.try_emplace(id, true, *windows_, *sends_);
  ++outbound_.open;
  ++outbound_.unacknowledged;
  return id;
}

stream* stream_table::admit(std::uint32_t id) {
  if (!may_admit() || !windows_->reserve(initial_window))
    return nullptr;
  ++inbound_.open;
  ++inbound_.unacknowledged;
  return &live_.try_emplace(id, false, *windows_, *sends_).first->second;
}

stream* stream_table::find(std::uint32_t id) {
  const auto found = live_.find(id);
  return found == live_.end() ? nullptr : &found->second;
}

void stream_table::acknowledge(stream& of) {
  if (!of.acknowledged)
    --tally_of(of).unacknowledged;
  of.acknowledged = true;
}

void stream_table::erase(std::uint32_t id) {
  const auto found = live_.find(id);
  if (found == live_.end())
    return;
  acknowledge(found->second);
  --tally_of(found->second).open;
  live_.erase(found);
}

} // namespace troupe::transport::yamux
