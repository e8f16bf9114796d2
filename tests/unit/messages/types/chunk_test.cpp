// SPDX-License-Identifier: BSD-3-Clause
#include "messages/types/chunk.hpp"

#include <catch2/catch.hpp>

using namespace troupe;

TEST_CASE("chunk: appends up to its capacity and no further", "[unit][messages]") {
  auto made = chunk::make(4);
  const std::uint8_t four[] = {1, 2, 3, 4};
  made->append(four);
  REQUIRE(made->view().size() == 4);
  REQUIRE(made->room() == 0);
  const std::uint8_t one[] = {5};
  REQUIRE_THROWS(made->append(one));
}

TEST_CASE("chunk: its bytes are 16-aligned and leave headroom in front", "[unit][messages]") {
  for (const std::size_t capacity : {1u, 8u, 64u * 1024u + 64u, 256u * 1024u}) {
    auto made = chunk::make(capacity);
    REQUIRE(reinterpret_cast<std::uintptr_t>(made->data()) % 16 == 0);
    REQUIRE(made->data() - reinterpret_cast<std::uint8_t*>(made.get()) >= std::ptrdiff_t{chunk::headroom});
  }
}

TEST_CASE("chunk: is unique until copied and again when the copy goes", "[unit][messages]") {
  auto made = chunk::make(8);
  REQUIRE(made.unique());
  {
    const auto copy = made;
    REQUIRE_FALSE(made.unique());
    REQUIRE(copy.get() == made.get());
  }
  REQUIRE(made.unique());
}
