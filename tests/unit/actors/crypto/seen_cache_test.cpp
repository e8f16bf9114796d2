// SPDX-License-Identifier: BSD-3-Clause
#include "actors/crypto/seen_cache.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace troupe;
using namespace troupe::crypto;

namespace {

digest numbered(std::uint32_t n) {
  const std::uint8_t parts[] = {static_cast<std::uint8_t>(n), static_cast<std::uint8_t>(n >> 8)};
  return sha256(byte_view{parts});
}

} // namespace

TEST_CASE("seen cache: forgets the oldest at its cap", "[unit][crypto]") {
  seen_cache cache{100};
  for (std::uint32_t n = 0; n < 1000; ++n) {
    cache.insert(numbered(n));
    REQUIRE(cache.size() <= 100);
  }
  REQUIRE_FALSE(cache.contains(numbered(899)));
  REQUIRE(cache.contains(numbered(900)));
  REQUIRE(cache.contains(numbered(999)));
}

TEST_CASE("seen cache: inserting twice keeps one entry", "[unit][crypto]") {
  seen_cache cache{2};
  cache.insert(numbered(1));
  cache.insert(numbered(1));
  cache.insert(numbered(2));
  REQUIRE(cache.contains(numbered(1)));
  REQUIRE(cache.size() == 2);
}

TEST_CASE("seen cache: a cap of zero keeps nothing", "[unit][crypto]") {
  seen_cache cache{0};
  cache.insert(numbered(1));
  REQUIRE_FALSE(cache.contains(numbered(1)));
}

TEST_CASE("seen cache: moving a byte between the parts changes the key", "[unit][crypto]") {
  bytes multihash{0, 36, 8, 1, 18, 32};
  multihash.resize(38, 5);
  const auto signer = *peer_id::from_multihash(multihash);
  std::set<digest> keys;
  keys.insert(seen_key({ticket{1}, signer, bytes{1, 2}, bytes{3, 4}}));
  keys.insert(seen_key({ticket{1}, signer, bytes{3, 1, 2}, bytes{4}}));
  keys.insert(seen_key({ticket{1}, signer, bytes{2}, bytes{3, 4, 1}}));
  keys.insert(seen_key({ticket{1}, {}, bytes{1, 2}, bytes{3, 4}}));
  REQUIRE(keys.size() == 4);
  REQUIRE(keys.contains(seen_key({ticket{2}, signer, bytes{1, 2}, bytes{3, 4}})));
}
