// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crypto/seen_cache.hpp"

#include <array>

namespace troupe::crypto {

digest seen_key(const verify& what) {
  // The lengths in front keep the parts apart; the message comes last and needs none.
  const std::array<std::uint8_t, 2> lengths{static_cast<std::uint8_t>(what.signer.multihash().size()),
                                            static_cast<std::uint8_t>(what.signed_by.size())};
  return sha256({lengths, what.signer.multihash(), what.signed_by, what.message});
}

void seen_cache::insert(const digest& key) {
  if (limit_ == 0 || !known_.insert(key).second)
    return;
  order_.push_back(key);
  if (order_.size() > limit_) {
    known_.erase(order_.front());
    order_.pop_front();
  }
}

} // namespace troupe::crypto
