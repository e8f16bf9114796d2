// SPDX-License-Identifier: BSD-3-Clause
// Roles whose lie is about operations of their own: whom they tell what, signed by whom, and how much of it.
#include "tests/unit/tools/lab/role/role_table.hpp"

#include "actors/brb/quorum.hpp"
#include "messages/codec/orswot_codec.hpp"
#include "tools/lab/cluster/node_life.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::lab;

namespace {

bytes an_add(std::uint64_t value) {
  return orswot::encode({orswot::action::add, role_table::id(0), 1, {value}, {}});
}

bool signed_by(const role_table& at, const peer_id& who, const brb::send_message& what) {
  return at.options.keys.verify(who, brb::header_digest(at.network, what.header), what.seal);
}

/// Every member answers what it was asked, if it was.
void answer(role_table& at, const std::vector<role::send>& sent) {
  for (std::size_t member = 0; member < at.options.voters.size(); ++member)
    for (const auto& [to, asked] : only<brb::send_ptr>(sent))
      if (to == role_table::id(member)) {
        at.tell(member, at.echo(member, asked->header));
        break;
      }
}

} // namespace

TEST_CASE("equivocate: each half of the members is asked for another valid content", "[unit][lab][role]") {
  role_table at{role_kind::equivocate, 7, 7};
  at.it->execute(an_add(3));
  const auto asked = only<brb::send_ptr>(at.said());
  REQUIRE(asked.size() == 6);
  std::map<digest, std::size_t> told;
  for (const auto& [to, what] : asked) {
    CHECK(to != role_table::id(0));
    CHECK(what->header.sequence == 1);
    CHECK(what->header.source == role_table::id(0));
    CHECK(what->header.payload_digest == sha256(what->payload));
    CHECK(signed_by(at, role_table::id(0), *what));
    CHECK(orswot::decode(what->payload));
    ++told[what->header.payload_digest];
  }
  REQUIRE(told.size() == 2);
  CHECK(told.begin()->second == 3);
}

TEST_CASE("equivocate: the certificate it can form goes to its half first and then to all",
          "[unit][lab][role]") {
  role_table at{role_kind::equivocate, 4, 4};
  at.it->execute(an_add(3));
  const auto asked = at.said();
  answer(at, asked);
  const auto first = only<brb::certificate_out>(at.said());
  REQUIRE(first.size() == 2); // two of three were told the same; with its own echo that is a quorum
  for (const auto& [to, proof] : first) {
    CHECK(proof.what->seals.size() == brb::quorum(4));
    CHECK(to != role_table::id(3));
  }
  const auto rest = only<brb::certificate_out>(at.said_after(100));
  REQUIRE(rest.size() == 1);
  CHECK(rest.front().first == role_table::id(3));
  CHECK(rest.front().second.what == first.front().second.what);
  CHECK(at.said_after(100).empty());
}

TEST_CASE("equivocate: echoes of strangers and false ones make no certificate", "[unit][lab][role]") {
  role_table at{role_kind::equivocate, 6, 4};
  at.it->execute(an_add(3));
  const auto asked = only<brb::send_ptr>(at.said());
  const auto& header = asked.front().second->header;
  at.tell(4, at.echo(4, header));
  at.tell(5, at.echo(5, header));
  at.tell(1, at.echo(2, header)); // another one's signature
  at.tell(2, at.echo(2, header));
  CHECK(only<brb::certificate_out>(at.said()).empty());
  at.tell(1, at.echo(1, header));
  CHECK(only<brb::certificate_out>(at.said()).size() == 2);
}

TEST_CASE("equivocate: no more slots are open than a window holds", "[unit][lab][role]") {
  role_table at{role_kind::equivocate, 7, 7};
  for (std::size_t i = 0; i < 50; ++i)
    at.it->execute(an_add(i));
  CHECK(only<brb::send_ptr>(at.said()).size() == brb::pipeline_max * 6);
  at.said_after(1000);
  at.it->execute(an_add(1));
  CHECK(at.said().empty());
}

TEST_CASE("equivocate: now and then each half is told the other content too", "[unit][lab][role]") {
  role_table at{role_kind::equivocate, 7, 7};
  for (std::size_t i = 0; i < brb::pipeline_max; ++i)
    at.it->execute(an_add(i));
  std::map<std::pair<peer_id, std::uint64_t>, digest> first;
  for (const auto& [to, what] : only<brb::send_ptr>(at.said()))
    first[{to, what->header.sequence}] = what->header.payload_digest;
  const auto again = only<brb::send_ptr>(at.said_after(100));
  CHECK_FALSE(again.empty());
  CHECK(again.size() < first.size());
  for (const auto& [to, what] : again)
    CHECK(first.at({to, what->header.sequence}) != what->header.payload_digest);
}

TEST_CASE("withhold-certificate: asks everybody and gives the certificate to one", "[unit][lab][role]") {
  role_table at{role_kind::withhold_certificate, 4, 4};
  std::set<peer_id> favoured;
  for (std::size_t round = 1; round <= 20; ++round) {
    at.it->execute(an_add(round));
    const auto asked = at.said();
    REQUIRE(only<brb::send_ptr>(asked).size() == 3);
    for (const auto& [to, what] : only<brb::send_ptr>(asked)) {
      CHECK(what->header.sequence == round);
      CHECK(signed_by(at, role_table::id(0), *what));
    }
    answer(at, asked);
    const auto given = only<brb::certificate_out>(at.said());
    REQUIRE(given.size() == 1);
    CHECK(given.front().first != role_table::id(0));
    CHECK(given.front().second.what->seals.size() == 3);
    favoured.insert(given.front().first);
    CHECK(at.said_after(100).empty());
  }
  CHECK(favoured.size() == 3);
}

TEST_CASE("withhold-certificate: no more slots are open than a window holds", "[unit][lab][role]") {
  role_table at{role_kind::withhold_certificate, 4, 4};
  for (std::size_t i = 0; i < 50; ++i)
    at.it->execute(an_add(i));
  CHECK(only<brb::send_ptr>(at.said()).size() == brb::pipeline_max * 3);
}

TEST_CASE("crashing-input: its operations hold the text and are well formed", "[unit][lab][role]") {
  role_table at{role_kind::crashing_input, 5, 4};
  at.it->execute(an_add(3));
  at.it->execute(an_add(4));
  const auto asked = only<brb::send_ptr>(at.said());
  REQUIRE(asked.size() == 6);
  for (const auto& [to, what] : asked) {
    CHECK(as_text(what->payload).find(crashing_payload) != std::string_view::npos);
    CHECK(what->header.payload_digest == sha256(what->payload));
    CHECK(signed_by(at, role_table::id(0), *what));
  }
  CHECK(asked.back().second->header.sequence == 2);
}

TEST_CASE("roles: whose lie is about operations of its own has some", "[unit][lab][role]") {
  for (int kind = 0; kind <= static_cast<int>(role_kind::outlive_locks); ++kind) {
    role_table at{static_cast<role_kind>(kind), 4, 4};
    at.it->execute(an_add(1));
    CHECK(at.said().empty() != broadcasts(static_cast<role_kind>(kind)));
  }
}
