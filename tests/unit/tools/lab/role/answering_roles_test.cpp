// SPDX-License-Identifier: BSD-3-Clause
// Roles whose lie is how they answer, or what they ask: mute, slow-drip, anti-entropy-flood, outsider-echoes.
#include "tests/unit/tools/lab/role/role_table.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::lab;

namespace {

bool its_own(const role_table& at, const brb::echo_message& what) {
  return at.options.keys.verify(at.options.self, brb::echo_digest(at.network, what.gen, what.header),
                                what.seal);
}

} // namespace

TEST_CASE("mute: says nothing to anybody", "[unit][lab][role]") {
  role_table at{role_kind::mute, 4, 4};
  at.it->joined(role_table::id(1));
  at.tell(1, at.request(1, 1, "a"));
  at.tell(1, at.certificate(1, 1, "a", {1, 2, 3}));
  CHECK(at.said_after(1000).empty());
}

TEST_CASE("roles: who lies about other things echoes what it is asked to", "[unit][lab][role]") {
  for (const auto kind : {role_kind::equivocate, role_kind::withhold_certificate, role_kind::replay,
                          role_kind::anti_entropy_flood, role_kind::crashing_input, role_kind::forge_votes,
                          role_kind::outlive_locks}) {
    role_table at{kind, 4, 4};
    at.tell(2, at.request(2, 1, "a"));
    at.tell(2, at.certificate(2, 1, "a", {0, 1, 2}));
    const auto said = at.said();
    const auto echoes = only<brb::echo_message>(said);
    REQUIRE(echoes.size() == 1);
    CHECK(echoes.front().first == role_table::id(2));
    CHECK(its_own(at, echoes.front().second));
    const auto acknowledged = only<brb::delivered_message>(said);
    REQUIRE(acknowledged.size() == 1);
    CHECK(acknowledged.front().first == role_table::id(2));
    CHECK(acknowledged.front().second.delivered == brb::delivered_vector{{role_table::id(2), 1}});
  }
}

TEST_CASE("roles: certificates of foreign groups and sources leave no trace", "[unit][lab][role]") {
  role_table at{role_kind::anti_entropy_flood, 5, 4};
  at.tell(4, at.certificate(4, 1, "a", {1, 2, 3}));
  auto foreign = *at.certificate(1, 1, "a", {1, 2, 3}).what;
  foreign.header.group[0] ^= 1;
  at.tell(1, brb::certificate_out{std::make_shared<const brb::certificate>(foreign), true});
  CHECK(at.said().empty());
}

TEST_CASE("slow-drip: answers one at a time, seconds late", "[unit][lab][role]") {
  role_table at{role_kind::slow_drip, 4, 4};
  for (std::uint64_t i = 1; i <= 3; ++i)
    at.tell(1, at.request(1, i, "a"));
  CHECK(at.said_after(19).empty());
  std::size_t answers = 0;
  for (std::size_t tick = 0; tick < 400; ++tick) {
    const auto said = at.said_after(1);
    CHECK(said.size() <= 1);
    answers += said.size();
    for (const auto& [to, echo] : only<brb::echo_message>(said)) {
      CHECK(its_own(at, echo));
      CHECK(echo.header.sequence == answers);
    }
  }
  CHECK(answers == 3);
}

TEST_CASE("slow-drip: what waits is bounded", "[unit][lab][role]") {
  role_table at{role_kind::slow_drip, 4, 4};
  for (std::uint64_t i = 1; i <= 1000; ++i)
    at.tell(1, at.request(1, i, "a"));
  CHECK(at.said_after(100 * 200).size() == 64);
}

TEST_CASE("anti-entropy-flood: asks everybody for everything, and again with each page",
          "[unit][lab][role]") {
  role_table at{role_kind::anti_entropy_flood, 4, 4};
  at.it->joined(role_table::id(1));
  at.it->joined(role_table::id(2));
  const auto first = only<brb::anti_entropy_request>(at.said());
  REQUIRE(first.size() == 8);
  for (const auto& [to, request] : first) {
    CHECK(request.group == at.group);
    CHECK(request.gen == generation{0});
    CHECK(request.delivered.empty());
  }
  at.tell(1, brb::anti_entropy_page{at.group, {}, {}, true, {}});
  const auto next = only<brb::anti_entropy_request>(at.said());
  REQUIRE(next.size() == 1);
  CHECK(next.front().first == role_table::id(1));
}

TEST_CASE("anti-entropy-flood: pages nobody asked for are not answered", "[unit][lab][role]") {
  role_table at{role_kind::anti_entropy_flood, 4, 4};
  at.tell(1, brb::anti_entropy_page{at.group, {}, {}, true, {}});
  CHECK(at.said().empty());
}

TEST_CASE("anti-entropy-flood: without answers no more than four requests a second are open",
          "[unit][lab][role]") {
  role_table at{role_kind::anti_entropy_flood, 4, 4};
  at.it->joined(role_table::id(1));
  at.it->joined(role_table::id(1));
  CHECK(at.said_after(19).size() == 8);
  CHECK(at.said_after(20).size() == 4);
}

TEST_CASE("outsider-echoes: asks, claims, mints and proposes to every voter", "[unit][lab][role]") {
  role_table at{role_kind::outsider_echoes, 5, 4, 4};
  CHECK(at.said_after(9).empty());
  const auto said = at.said_after(1);
  CHECK(only<brb::anti_entropy_request>(said).size() == 4);
  CHECK(only<brb::delivered_message>(said).size() == 4);
  CHECK(only<brb::send_ptr>(said).size() == 4);
  const auto echoes = only<brb::echo_message>(said);
  REQUIRE(echoes.size() == 4);
  for (const auto& [to, echo] : echoes) {
    CHECK(echo.header.source == to);
    CHECK(its_own(at, echo));
  }
  for (const auto& [to, claim] : only<brb::delivered_message>(said)) {
    REQUIRE(claim.delivered.contains(to));
    CHECK(claim.delivered.at(to) >= 1);
  }
  CHECK(said.size() == 16);
}

TEST_CASE("outsider-echoes: vouches for what it overhears and signs as itself only", "[unit][lab][role]") {
  role_table at{role_kind::outsider_echoes, 5, 4, 4};
  std::size_t false_signatures = 0;
  for (std::uint64_t i = 1; i <= 100; ++i) {
    const auto overheard = at.certificate(1, i, "a", {0, 1, 2});
    at.tell(2, brb::anti_entropy_page{at.group, {}, {overheard.what}, false, {}});
    const auto said = at.said();
    for (const auto& [to, echo] : only<brb::echo_message>(said)) {
      CHECK(to == role_table::id(1));
      CHECK(its_own(at, echo));
    }
    CHECK(only<brb::echo_message>(said).size() == 2);
    const auto proofs = only<brb::certificate_out>(said);
    REQUIRE_FALSE(proofs.empty());
    CHECK(proofs.front().first == role_table::id(2));
    CHECK(proofs.front().second.what->header.sequence == i + 1);
    CHECK((proofs.front().second.what->signers[0] & 1u << 4) != 0); // behind the last member
    CHECK(proofs.front().second.what->seals.size() == 4);
    false_signatures += proofs.size() - 1;
  }
  CHECK(false_signatures > 0);
  CHECK(false_signatures < 15);
}
