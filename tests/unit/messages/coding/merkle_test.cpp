// SPDX-License-Identifier: BSD-3-Clause
#include "messages/coding/merkle.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::coding;

namespace {

std::vector<bytes> leaves(std::size_t count) {
  std::vector<bytes> result;
  for (std::size_t i = 0; i < count; ++i)
    result.push_back({static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i >> 8), 7});
  return result;
}

bytes joined(const digest& left, const digest& right) {
  bytes result = to_bytes(left);
  result.insert(result.end(), right.begin(), right.end());
  return result;
}

} // namespace

TEST_CASE("merkle: every leaf of every size up to 70 is proven and at no other place", "[unit][coding]") {
  for (std::size_t count = 1; count <= 70; ++count) {
    const auto all = leaves(count);
    const merkle_tree tree{all};
    for (std::size_t i = 0; i < count; ++i) {
      const auto proof = tree.proof(i);
      REQUIRE(proves(tree.root(), all[i], i, count, proof));
      for (std::size_t other = 0; other < count; ++other)
        if (other != i && proves(tree.root(), all[i], other, count, proof))
          FAIL("leaf " << i << " of " << count << " is proven at " << other);
    }
  }
}

TEST_CASE("merkle: 256 leaves need a proof of eight", "[unit][coding]") {
  const auto all = leaves(256);
  const merkle_tree tree{all};
  REQUIRE(tree.proof(255).size() == proof_depth_max);
  REQUIRE(proves(tree.root(), all[255], 255, 256, tree.proof(255)));
}

TEST_CASE("merkle: the shape is that of RFC 6962", "[unit][coding]") {
  // d0, d1, d2 of three leaves: hash(hash(d0, d1), d2)
  const std::uint8_t leaf_mark[] = {0};
  const std::uint8_t node_mark[] = {1};
  const auto all = leaves(3);
  const auto leaf = [&](std::size_t i) { return sha256({leaf_mark, all[i]}); };
  const auto left = sha256({node_mark, leaf(0), leaf(1)});
  REQUIRE(merkle_tree{all}.root() == sha256({node_mark, left, leaf(2)}));
  REQUIRE(merkle_tree{std::vector<bytes>{{}}}.root() == sha256(leaf_mark));
}

TEST_CASE("merkle: any other leaf or sibling or length is refused", "[unit][coding]") {
  const auto all = leaves(7);
  const merkle_tree tree{all};
  const auto proof = tree.proof(4);
  auto twisted = all[4];
  twisted[2] ^= 1;
  REQUIRE_FALSE(proves(tree.root(), twisted, 4, 7, proof));
  for (std::size_t i = 0; i < proof.size(); ++i) {
    auto wrong = proof;
    wrong[i][31] ^= 1;
    REQUIRE_FALSE(proves(tree.root(), all[4], 4, 7, wrong));
  }
  auto shorter = proof;
  shorter.pop_back();
  REQUIRE_FALSE(proves(tree.root(), all[4], 4, 7, shorter));
  auto longer = proof;
  longer.push_back(tree.root());
  REQUIRE_FALSE(proves(tree.root(), all[4], 4, 7, longer));
  longer.resize(proof_depth_max + 1);
  REQUIRE_FALSE(proves(tree.root(), all[4], 4, 7, longer));
  REQUIRE_FALSE(proves(tree.root(), all[4], 7, 7, proof));
  REQUIRE_FALSE(proves(tree.root(), all[0], 0, 0, {}));
}

TEST_CASE("merkle: a node does not pass for a leaf nor a root for the only one", "[unit][coding]") {
  const auto all = leaves(4);
  const merkle_tree tree{all};
  const auto lower = tree.proof(0).front(); // of leaf 1
  const auto right = tree.proof(0).back();  // the node above leaves 2 and 3
  const std::uint8_t leaf_mark[] = {0};
  const auto first = sha256({leaf_mark, all[0]});
  // the tree of two whose leaves are the inner nodes, and the tree of one whose leaf is the root's preimage
  const auto pair = joined(first, lower);
  REQUIRE_FALSE(proves(tree.root(), pair, 0, 2, std::vector<digest>{right}));
  const std::uint8_t node_mark[] = {1};
  const auto left = sha256({node_mark, pair});
  REQUIRE(tree.root() == sha256({node_mark, joined(left, right)}));
  REQUIRE_FALSE(proves(tree.root(), joined(left, right), 0, 1, {}));
  REQUIRE_FALSE(proves(tree.root(), tree.root(), 0, 1, {}));
}

TEST_CASE("merkle: a doubled last leaf is another tree", "[unit][coding]") {
  auto all = leaves(3);
  const auto root = merkle_tree{all}.root();
  all.push_back(all.back());
  REQUIRE_FALSE(merkle_tree{all}.root() == root);
}
