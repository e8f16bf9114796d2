// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/cluster/disk.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::lab;
using store::store_errc;

namespace {

const bytes first{1, 2, 3, 4};
const bytes more{5, 6, 7, 8};

/// With one synced file of four bytes.
void prepare(disk& on) {
  REQUIRE(on.create("a", first).has_value());
}

} // namespace

TEST_CASE("lab disk: a full one takes nothing and can still be cut and synced", "[unit][lab]") {
  disk one;
  prepare(one);
  one.fill();
  CHECK(one.append("a", more).error() == store_errc::no_space);
  CHECK(one.create("b", more).error() == store_errc::no_space);
  CHECK(one.truncate("a", 2).has_value());
  CHECK(one.sync("a").has_value());
  one.heal();
  CHECK(one.append("a", more).has_value());
  CHECK(one.read("a") == bytes{1, 2, 5, 6, 7, 8});
}

TEST_CASE("lab disk: a torn write leaves its first bytes and fails once", "[unit][lab]") {
  disk one;
  prepare(one);
  one.tear_next(3);
  CHECK(one.append("a", more).error() == store_errc::io_failed);
  CHECK(one.read("a") == bytes{1, 2, 3, 4, 5, 6, 7});
  CHECK(one.append("a", more).has_value());
}

TEST_CASE("lab disk: without power nothing after a part of the next write gets there", "[unit][lab]") {
  disk one;
  prepare(one);
  one.lose_power(1);
  CHECK_FALSE(one.append("a", more).has_value());
  CHECK_FALSE(one.append("a", more).has_value());
  CHECK_FALSE(one.truncate("a", 0).has_value());
  CHECK_FALSE(one.sync("a").has_value());
  one.heal();
  CHECK(one.read("a") == bytes{1, 2, 3, 4, 5});
}

TEST_CASE("lab disk: failing syncs fail until healed", "[unit][lab]") {
  disk one;
  prepare(one);
  one.fail_syncs();
  CHECK(one.append("a", more).has_value());
  CHECK(one.sync("a").error() == store_errc::io_failed);
  one.heal();
  CHECK(one.sync("a").has_value());
}

TEST_CASE("lab disk: a flip turns exactly one bit of the last file", "[unit][lab]") {
  disk one;
  prepare(one);
  REQUIRE(one.create("b", more).has_value());
  REQUIRE(one.flip(8 * 2 + 1));
  CHECK(one.read("a") == first);
  CHECK(one.read("b") == bytes{5, 6, 7 ^ 2, 8});
}

TEST_CASE("lab disk: an empty one has nothing to flip", "[unit][lab]") {
  disk one;
  CHECK_FALSE(one.flip(7));
}

TEST_CASE("lab disk: a lost one is empty", "[unit][lab]") {
  disk one;
  prepare(one);
  one.lose();
  CHECK(one.list()->empty());
}
