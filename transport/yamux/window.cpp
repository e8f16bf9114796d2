// SPDX-License-Identifier: BSD-3-Clause
#include "transport/yamux/window.hpp"

#include <algorithm>
#include <utility>

namespace troupe::transport::yamux {

bool receive_window::take(std::uint32_t n) {
  if (n > available_)
    return false;
  available_ -= n;
  held_ += n;
  return true;
}

std::optional<std::uint32_t> receive_window::give_back(std::size_t n, time_point now,
                                                       std::optional<duration> round_trip) {
  n = std::min(n, held_);
  held_ -= n;
  returned_ += static_cast<std::uint32_t>(n);
  if (returned_ < size_ / 2)
    return std::nullopt;
  const auto credit = returned_ + growth(now, round_trip);
  returned_ = 0;
  available_ += credit;
  return credit;
}

std::uint32_t receive_window::take_returned() {
  available_ += returned_;
  return std::exchange(returned_, 0);
}

std::uint32_t receive_window::growth(time_point now, std::optional<duration> round_trip) {
  const auto before = announced_;
  announced_ = now;
  if (!before || !round_trip || now - *before >= 4 * *round_trip || size_ >= size_max_)
    return 0;
  const auto more = std::min(size_, size_max_ - size_);
  if (!budget_->reserve(more))
    return 0;
  size_ += more;
  return more;
}

} // namespace troupe::transport::yamux
