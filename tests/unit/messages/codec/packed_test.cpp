// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/packed.hpp"

#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;

TEST_CASE("packed: reads back what was written", "[unit][codec]") {
  const auto who = test::actor_number(3);
  const auto packed =
    packer{}.u8(7).u16(0x1234).u32(0xdeadbeef).u64(~0ull - 1).id(who).id({}).text(as_bytes("hello")).take();
  REQUIRE(packed[1] == 0x34);
  unpacker from{packed};
  REQUIRE(from.u8() == 7);
  REQUIRE(from.u16() == 0x1234);
  REQUIRE(from.u32() == 0xdeadbeef);
  REQUIRE(from.u64() == ~0ull - 1);
  REQUIRE(from.id() == who);
  REQUIRE(from.id().empty());
  REQUIRE_FALSE(from.done());
  REQUIRE(as_text(from.text()) == "hello");
  REQUIRE(from.done());
}

TEST_CASE("packed: nothing is good beyond the end", "[unit][codec]") {
  const bytes three{1, 2, 3};
  unpacker from{three};
  REQUIRE(from.u32() == 0);
  REQUIRE_FALSE(from.good());
  REQUIRE(from.u8() == 0);
  REQUIRE(from.text().empty());
  REQUIRE_FALSE(from.done());
}

TEST_CASE("packed: an id must be one", "[unit][codec]") {
  const bytes bad{2, 0x55, 0x55};
  unpacker from{bad};
  REQUIRE(from.id().empty());
  REQUIRE_FALSE(from.good());
}
