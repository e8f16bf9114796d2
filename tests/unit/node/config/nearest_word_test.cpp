// SPDX-License-Identifier: BSD-3-Clause
#include "node/config/nearest_word.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <string>

using namespace troupe;

TEST_CASE("nearest word: edits are counted", "[unit][config]") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("maen", "mean") == 1);
  CHECK(edit_distance("ab", "ba") == 1);
  CHECK(edit_distance("abcd", "badc") == 2);
}

TEST_CASE("nearest word: only a misspelling has one", "[unit][config]") {
  constexpr std::array<std::string_view, 4> known{"nodes", "node", "load", "at"};
  CHECK(nearest_word("noeds", known) == "nodes");
  CHECK(nearest_word("lod", known) == "load");
  CHECK(nearest_word("xyz", known).empty());
  CHECK(nearest_word("zz", known).empty());
  CHECK(nearest_word("", known).empty());
  CHECK(nearest_word("nodes", {}).empty());
  CHECK(nearest_word(std::string(1 << 20, 'n'), known).empty());
}
