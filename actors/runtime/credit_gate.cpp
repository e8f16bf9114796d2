// SPDX-License-Identifier: BSD-3-Clause
#include "actors/runtime/credit_gate.hpp"

#include <algorithm>

namespace troupe {

bool credit_gate::take(std::size_t units) {
  const bool alone = taken_ == 0 && units > limit_ && limit_ > 0;
  if (units > available_ && !alone) {
    ++refusals_;
    return false;
  }
  taken_ += units;
  available_ = taken_ >= limit_ ? 0 : limit_ - taken_;
  return true;
}

void credit_gate::give(std::size_t units) {
  taken_ -= std::min(units, taken_);
  available_ = taken_ >= limit_ ? 0 : limit_ - taken_;
}

} // namespace troupe
