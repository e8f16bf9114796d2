// SPDX-License-Identifier: BSD-3-Clause
// Remembers signatures that were found valid, as the same vote comes from many peers and checking one costs
// 50 us. Only valid ones are kept: garbage must not push them out. Bounded; the oldest goes first.
#pragma once

#include "actors/runtime/machine.hpp"
#include "messages/crypto/sha256.hpp"

#include <deque>
#include <set>

namespace troupe::crypto {

/// Stands for one (signer, message, signature), unambiguously.
digest seen_key(const verify& what);

class seen_cache {
public:
  explicit seen_cache(std::size_t limit) : limit_(limit) {}

  bool contains(const digest& key) const { return known_.contains(key); }
  void insert(const digest& key);
  std::size_t size() const { return order_.size(); }

private:
  std::size_t limit_;
  std::set<digest> known_;
  std::deque<digest> order_;
};

} // namespace troupe::crypto
