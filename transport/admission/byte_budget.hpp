// SPDX-License-Identifier: BSD-3-Clause
// Bytes that may pile up, reserved before a window grows or a buffer is made: stream < peer < node. A budget
// draws from its parent too, and either all of them give or none does. Single-threaded; a parent outlives its
// children.
#pragma once

#include "messages/types/assert.hpp"

#include <cstddef>

namespace troupe::transport {

class byte_budget {
public:
  explicit byte_budget(std::size_t max, byte_budget* parent = nullptr) : max_(max), parent_(parent) {}
  byte_budget(const byte_budget&) = delete;
  byte_budget& operator=(const byte_budget&) = delete;
  ~byte_budget() {
    if (parent_)
      parent_->release(used_);
  }

  /// False, and nothing reserved, if this budget or one above it would be exceeded.
  bool reserve(std::size_t n) {
    if (n > max_ - used_ || (parent_ && !parent_->reserve(n)))
      return false;
    used_ += n;
    return true;
  }

  void release(std::size_t n) {
    TROUPE_ASSERT(n <= used_);
    used_ -= n;
    if (parent_)
      parent_->release(n);
  }

  std::size_t used() const { return used_; }
  std::size_t max() const { return max_; }

private:
  std::size_t max_;
  std::size_t used_ = 0;
  byte_budget* parent_;
};

} // namespace troupe::transport
