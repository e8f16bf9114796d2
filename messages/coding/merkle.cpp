// SPDX-License-Identifier: BSD-3-Clause
#include "messages/coding/merkle.hpp"

#include "messages/types/assert.hpp"

namespace troupe::coding {
namespace {

digest leaf_digest(byte_view data) {
  constexpr std::uint8_t mark[] = {0};
  return sha256({mark, data});
}

digest node_digest(const digest& left, const digest& right) {
  constexpr std::uint8_t mark[] = {1};
  return sha256({mark, left, right});
}

} // namespace

merkle_tree::merkle_tree(std::span<const bytes> leaves) {
  TROUPE_ASSERT(!leaves.empty() && leaves.size() <= std::size_t{1} << proof_depth_max);
  auto& lowest = levels_.emplace_back();
  for (const auto& leaf : leaves)
    lowest.push_back(leaf_digest(leaf));
  while (levels_.back().size() > 1) {
    const auto& below = levels_.back();
    std::vector<digest> above;
    for (std::size_t i = 0; i + 1 < below.size(); i += 2)
      above.push_back(node_digest(below[i], below[i + 1]));
    if (below.size() % 2 != 0)
      above.push_back(below.back());
    levels_.push_back(std::move(above));
  }
}

std::vector<digest> merkle_tree::proof(std::size_t index) const {
  TROUPE_ASSERT(index < levels_.front().size());
  std::vector<digest> siblings;
  for (std::size_t level = 0; level + 1 < levels_.size(); ++level, index /= 2)
    if (const auto sibling = index ^ 1; sibling < levels_[level].size())
      siblings.push_back(levels_[level][sibling]);
  return siblings;
}

bool proves(const digest& root, byte_view leaf, std::size_t index, std::size_t count,
            std::span<const digest> proof) {
  if (index >= count || proof.size() > proof_depth_max)
    return false;
  auto reached = leaf_digest(leaf);
  for (auto last = count - 1; last > 0; last /= 2, index /= 2) {
    if (index % 2 == 0 && index == last)
      continue; // it moves up unchanged
    if (proof.empty())
      return false;
    reached = index % 2 == 0 ? node_digest(reached, proof.front()) : node_digest(proof.front(), reached);
    proof = proof.subspan(1);
  }
  return proof.empty() && reached == root;
}

} // namespace troupe::coding
