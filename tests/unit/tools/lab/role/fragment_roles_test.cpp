// SPDX-License-Identifier: BSD-3-Clause
// What liars do with fragments of large payloads: most take them as requests, one hands on others than it
// got.
#include "actors/brb/coded_payload.hpp"
#include "messages/coding/merkle.hpp"
#include "tests/unit/tools/lab/role/role_table.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::lab;

namespace {

constexpr std::size_t seven = 7;

/// The liar's own, node 0's, of a request of node 2.
brb::fragment_ptr fragment(const role_table& at, std::uint64_t sequence, std::size_t source = 2) {
  const auto asked = at.request(source, sequence, "an operation that is somewhat long");
  return brb::cut(asked->header, asked->seal, asked->payload, seven)[0];
}

bool holds(const brb::fragment_message& what) {
  return coding::proves(what.root, what.fragment, what.index, seven, what.proof);
}

} // namespace

TEST_CASE("roles: a fragment of the source is a request and one of others is not", "[unit][lab][role]") {
  for (const auto kind : {role_kind::equivocate, role_kind::replay, role_kind::spoil_fragments}) {
    role_table at{kind, seven, seven};
    at.tell(3, fragment(at, 1));
    CHECK(only<brb::echo_message>(at.said()).empty());
    at.tell(2, fragment(at, 1));
    const auto echoes = only<brb::echo_message>(at.said());
    REQUIRE(echoes.size() == 1);
    CHECK(echoes.front().first == role_table::id(2));
  }
}

TEST_CASE("spoil-fragments: hands on right ones and made up ones and rarely broken ones",
          "[unit][lab][role]") {
  role_table at{role_kind::spoil_fragments, seven, seven};
  std::size_t right = 0;
  std::size_t made_up = 0;
  std::size_t broken = 0;
  for (std::uint64_t sequence = 1; sequence <= 200; ++sequence) {
    const auto given = fragment(at, sequence);
    at.tell(2, given);
    const auto handed_on = only<brb::fragment_ptr>(at.said());
    REQUIRE(handed_on.size() == seven - 2);
    for (const auto& [to, what] : handed_on) {
      CHECK(to != role_table::id(2));
      CHECK(what->index == given->index);
      CHECK(what->header == given->header);
      if (!holds(*what))
        ++broken;
      else
        ++(what->root == given->root ? right : made_up);
    }
  }
  CHECK(right > 200);
  CHECK(made_up > 400);
  CHECK(broken > 0);
  CHECK(broken < 50);
}

TEST_CASE("spoil-fragments: fragments that no member could be given are not handed on", "[unit][lab][role]") {
  role_table at{role_kind::spoil_fragments, seven, seven};
  auto wrong = *fragment(at, 1);
  wrong.index = seven;
  at.tell(2, std::make_shared<const brb::fragment_message>(wrong));
  wrong = *fragment(at, 1);
  wrong.size = 0;
  at.tell(2, std::make_shared<const brb::fragment_message>(wrong));
  CHECK(only<brb::fragment_ptr>(at.said()).empty());
  role_table few{role_kind::spoil_fragments, 3, 3};
  few.tell(2, fragment(few, 1));
  CHECK(only<brb::fragment_ptr>(few.said()).empty());
}
