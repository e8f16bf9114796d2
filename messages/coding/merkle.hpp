// SPDX-License-Identifier: BSD-3-Clause
// A hash tree over a list of leaves: one digest stands for all of them, and a short proof shows that a leaf
// is the i-th of n. Shape and domain separation as in RFC 6962 2.1: a leaf is SHA-256(00 || data), a node
// SHA-256(01 || left || right), an odd last one moves up unchanged. Pure.
#pragma once

#include "messages/crypto/sha256.hpp"

#include <span>
#include <vector>

namespace troupe::coding {

constexpr std::size_t proof_depth_max = 8; ///< enough for 256 leaves

class merkle_tree {
public:
  /// At least one leaf, at most 2^proof_depth_max.
  explicit merkle_tree(std::span<const bytes> leaves);

  const digest& root() const { return levels_.back().front(); }
  /// The siblings of leaf `index` from the bottom up; fewer for one that moves up unchanged.
  std::vector<digest> proof(std::size_t index) const;

private:
  std::vector<std::vector<digest>> levels_; ///< from the leaves up
};

/// Whether `leaf` is number `index` of the `count` leaves that `root` stands for. A proof that is too short
/// or too long does not hold.
bool proves(const digest& root, byte_view leaf, std::size_t index, std::size_t count,
            std::span<const digest> proof);

} // namespace troupe::coding
