// SPDX-License-Identifier: BSD-3-Clause
#include "actors/peer/receive_lane.hpp"

#include <algorithm>

namespace troupe::peer {

accepted receive_lane::receive(std::uint64_t first, std::size_t count, std::size_t wire_size,
                               time_point now) {
  if (count == 0 || first == 0 || first > number_max)
    return {};
  const bool gap = first > last_ + 1;
  if (gap)
    ++gaps_;
  if (gap && mode_ == delivery::reliable) {
    pending_ = true;
    missing_ = missing_ || asked_after_ != last_ || now - asked_at_ >= ask_every;
    return {};
  }
  const auto known = first <= last_ ? last_ - first + 1 : 0;
  const std::size_t skip = static_cast<std::size_t>(std::min<std::uint64_t>(count, known));
  duplicates_ += skip;
  const std::size_t take = count - skip;
  if (take > 0)
    last_ = first + count - 1;
  if (mode_ == delivery::reliable) {
    // A duplicate is acknowledged too: its sender may have missed the first acknowledgement.
    pending_ = true;
    frames_ += take;
    bytes_ += take == count ? wire_size : wire_size / count * take;
  }
  return {skip, take};
}

bool receive_lane::acknowledge(time_point now) {
  const bool asks = missing_;
  if (asks) {
    asked_after_ = last_;
    asked_at_ = now;
  }
  pending_ = missing_ = false;
  frames_ = bytes_ = 0;
  return asks;
}

} // namespace troupe::peer
