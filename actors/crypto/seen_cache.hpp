// SPDX-License-Identifier: BSD-3-Clause
// Remembers signatures that were found valid, as the same vote comes from many peers and checking one costs
// 50 us. Only valid ones are kept: garbage must not push them out. Bounded; the oldest goes first.
#pragma once

#include "actors/runtime/machine.hpp"
#include "messages/crypto/sha256.hpp"

#include <array>
#include <cstring>
#include <deque>
#include <unordered_set>

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
  // A digest is uniform already: any 8 bytes of it are a hash.
  struct first_bytes {
    std::size_t operator()(const digest& key) const noexcept {
      std::size_t hash;
      std::memcpy(&hash, key.data(), sizeof hash);
      return hash;
    }
  };

  std::size_t limit_;
  std::unordered_set<digest, first_bytes> known_; // looked up, never iterated
  std::deque<digest> order_;
};

} // namespace troupe::crypto
