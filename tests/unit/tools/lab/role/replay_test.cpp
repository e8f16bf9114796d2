// SPDX-License-Identifier: BSD-3-Clause
// The role that sends again what it heard: what it changes, whose signatures it keeps, how much and how
// often.
#include "tests/unit/tools/lab/role/role_table.hpp"

#include "messages/codec/orswot_codec.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::lab;

namespace {

membership::signed_vote_ptr a_vote(const role_table& at, std::size_t by) {
  auto made = membership::make_proposal(at.network, at.group, generation{1}, role_table::id(by),
                                        {membership::change_kind::leave, role_table::id(0)});
  made.seal = stub_seal(role_table::id(by), made.id);
  return std::make_shared<const membership::signed_vote>(std::move(made));
}

} // namespace

TEST_CASE("replay: says nothing as long as it has heard nothing", "[unit][lab][role]") {
  role_table at{role_kind::replay, 4, 4};
  CHECK(at.said_after(100).empty());
}

TEST_CASE("replay: at most three packets leave with each tick", "[unit][lab][role]") {
  role_table at{role_kind::replay, 4, 4};
  for (std::uint64_t i = 1; i <= 1000; ++i)
    at.tell(1, at.request(1, i, "a"));
  at.said();
  std::size_t most = 0;
  for (std::size_t tick = 0; tick < 500; ++tick)
    most = std::max(most, at.said_after(1).size());
  CHECK(most == 3);
}

TEST_CASE("replay: what it keeps is bounded and renewed", "[unit][lab][role]") {
  role_table at{role_kind::replay, 4, 4};
  for (std::uint64_t i = 1; i <= 2000; ++i)
    at.tell(1, at.request(1, i, "a"));
  at.said();
  std::set<std::uint64_t> heard;
  for (const auto& [to, what] : only<brb::send_ptr>(at.said_after(5000)))
    heard.insert(what->header.sequence);
  CHECK(heard.size() <= 2 * 128); // each may also go out under the next slot's number
  CHECK(*heard.rbegin() > 1000);
}

TEST_CASE("replay: requests of others go out under another group and rarely as they are",
          "[unit][lab][role]") {
  role_table at{role_kind::replay, 4, 4};
  const auto original = at.request(1, 1, "a");
  at.tell(1, original);
  at.said();
  std::size_t relabelled = 0;
  std::size_t dear = 0;
  for (const auto& [to, what] : only<brb::send_ptr>(at.said_after(1000))) {
    CHECK(to != role_table::id(0));
    CHECK(what->seal == original->seal); // it signs for nobody else
    if (what->header.group != at.group)
      ++relabelled;
    else
      ++dear;
  }
  CHECK(relabelled == 2000);
  CHECK(dear > 10);
  CHECK(dear < 100);
}

TEST_CASE("replay: certificates go out as they are and under other names", "[unit][lab][role]") {
  role_table at{role_kind::replay, 4, 4};
  const auto original = at.certificate(1, 1, "a", {1, 2, 3});
  at.tell(1, original);
  at.said();
  std::size_t same = 0, group = 0, gen = 0, slot = 0;
  for (const auto& [to, what] : only<brb::certificate_out>(at.said_after(500))) {
    CHECK(what.what->seals == original.what->seals);
    const auto& header = what.what->header;
    if (header.group != at.group)
      ++group;
    else if (what.what->gen != generation{0})
      ++gen;
    else if (header.sequence != 1)
      ++slot;
    else
      ++same;
  }
  CHECK(same > 0);
  CHECK(group > 0);
  CHECK(gen > 0);
  CHECK(slot > 0);
  CHECK(slot < 50);
}

TEST_CASE("replay: votes keep their voter and signature whatever group they are shown to",
          "[unit][lab][role]") {
  role_table at{role_kind::replay, 4, 4};
  const auto original = a_vote(at, 2);
  at.tell(2, original);
  std::size_t group = 0;
  std::size_t gen = 0;
  for (const auto& [to, vote] : only<membership::signed_vote_ptr>(at.said_after(500))) {
    CHECK(vote->voter == role_table::id(2));
    CHECK(vote->seal == original->seal);
    group += vote->group != at.group;
    gen += vote->gen != original->gen;
    CHECK((vote->id == original->id) == (vote->group == at.group && vote->gen == original->gen));
  }
  CHECK(group > 0);
  CHECK(gen > 0);
}

TEST_CASE("replay: its own operations are honest and the window bounds them", "[unit][lab][role]") {
  role_table at{role_kind::replay, 4, 4};
  const auto add = orswot::encode({orswot::action::add, role_table::id(0), 1, {3}, {}});
  for (std::size_t i = 0; i < 50; ++i)
    at.it->execute(add);
  std::map<std::uint64_t, std::set<digest>> contents;
  std::size_t elsewhere = 0;
  for (const auto& [to, what] : only<brb::send_ptr>(at.said())) {
    contents[what->header.sequence].insert(what->header.payload_digest);
    elsewhere +=
      !at.options.keys.verify(role_table::id(0), brb::header_digest(at.network, what->header), what->seal);
  }
  CHECK(contents.size() == brb::pipeline_max);
  for (const auto& [sequence, told] : contents)
    CHECK(told.size() == 1);
  CHECK(elsewhere <= 3 * brb::pipeline_max);
  const auto first = at.header(0, 1, add);
  at.tell(1, at.echo(1, first));
  at.tell(2, at.echo(2, first));
  const auto proofs = only<brb::certificate_out>(at.said());
  REQUIRE(proofs.size() == 3);
  CHECK(proofs.front().second.what->seals.size() == 3);
}
