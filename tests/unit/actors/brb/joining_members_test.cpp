// SPDX-License-Identifier: BSD-3-Clause
// Those who were members before bind themselves by telling a joiner their locks, and ask one another when
// somebody has left.
#include "tests/support/growing_group.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::brb;
using namespace troupe::brb::testing;
using namespace troupe::test;

namespace {

/// Members 0 to 3 without number 3.
view_ptr shrunk() {
  auto made = std::make_shared<membership::view>(*group_at(founded));
  made->gen = grown;
  made->members[grown] = made->members[founded];
  made->members[grown].erase(actor_number(3));
  return made;
}

} // namespace

TEST_CASE("joining: a member tells its locks and locks nothing new for older generations", "[unit][brb]") {
  member at(1, founded);
  at.request(1, 1, founded);
  at.request(2, 2, founded);
  at.certify(1, 1);
  at.at(grown);
  at.asked(joiner, grown);
  REQUIRE(at.handed.size() == 1);
  CHECK(at.handed[0].to == actor_number(joiner));
  CHECK(at.handed[0].what.delivered == 1);
  CHECK(at.handed[0].what.proof->header == header(1, 1));
  CHECK(at.handed[0].what.locks == std::vector<sealed_header>{lock(2, 2)});
  at.echoes.clear();
  at.request(3, 3, founded);
  CHECK(at.echoes.empty());
  CHECK(at.reports.back() == brb_errc::message_from_different_generation);
  at.request(2, 2, founded); // it was told of this one
  CHECK(at.echoes.size() == 1);
  at.request(3, 3, grown);
  CHECK(at.echoes.size() == 2);
  at.live(founded); // the vote that took the joiner in was not stored, its answer was
  at.request(4, 4, founded);
  CHECK(at.echoes.size() == 2);
}

TEST_CASE("joining: a slot on its way to a lock is told or not locked", "[unit][brb]") {
  member at(1, founded);
  at.answers_checks = false;
  at.request(1, 1, founded); // its header is being checked
  at.at(grown);
  at.asked(joiner, grown);
  REQUIRE(at.handed.size() == 1);
  CHECK(at.handed[0].what.locks.empty());
  at.answers_checks = true;
  at.window->handle(verified{ticket{1}, true}, at.now);
  at.settle();
  CHECK(at.echoes.empty());
  CHECK(at.window->snapshot().locked.empty());
}

TEST_CASE("joining: only members of generations that are known here are told, and seldom", "[unit][brb]") {
  member at(1, founded);
  at.asked(joiner, grown); // a generation ahead of us
  CHECK(at.handed.empty());
  at.at(grown);
  at.asked(9, grown);
  CHECK(at.handed.empty());
  CHECK(at.reports.back() == brb_errc::not_invited);
  at.asked(joiner, grown);
  at.asked(joiner, grown);
  CHECK(at.handed.size() == 2);
  at.window->handle(locks_asked{actor_number(joiner), {group, source, grown}}, at.now);
  at.settle();
  CHECK(at.handed.size() == 2);
  at.stores = false;
  at.at(generation{2});
  at.asked(5, generation{2});
  CHECK(at.handed.size() == 2); // it could not promise
  at.stores = true;
  at.asked(5, generation{2});
  CHECK(at.handed.size() == 3);
}

TEST_CASE("joining: when somebody has left those who stay learn from one another", "[unit][brb]") {
  member at(1, founded);
  at.window->handle(view_update{shrunk()}, at.now);
  at.settle();
  CHECK(at.questions.size() == 3);
  at.request(1, 2, grown);
  at.told(0, 0);
  CHECK(at.echoes.empty());
  at.told(2, 0, {lock(1, 1)}); // with itself these are three of the four that were
  CHECK(at.echoes.empty());
  CHECK(at.suspicions == 1);
  at.request(1, 1, grown);
  CHECK(at.echoes.size() == 1);
  at.request(2, 2, founded);
  CHECK(at.echoes.size() == 1);
  CHECK(at.reports.back() == brb_errc::message_from_different_generation);
}

TEST_CASE("joining: what others are bound to proves that the source contradicts our own lock",
          "[unit][brb]") {
  member at(1, founded);
  at.request(1, 1, founded);
  REQUIRE(at.echoes.size() == 1);
  at.window->handle(view_update{shrunk()}, at.now);
  at.settle();
  at.told(0, 0);
  at.told(2, 0, {lock(1, 2)});
  CHECK(at.suspicions == 1);
  at.request(1, 1, grown);
  CHECK(at.echoes.size() == 1);
}

TEST_CASE("joining: what was learnt before a restart is not enough after a later change", "[unit][brb]") {
  auto again = std::make_shared<membership::view>(*shrunk());
  again->gen = generation{2};
  again->members[again->gen] = again->members[grown];
  again->members[again->gen].erase(actor_number(2));
  member at(1, founded);
  at.window->handle(view_update{shrunk()}, at.now);
  at.settle();
  at.told(0, 0);
  at.told(2, 0);
  REQUIRE(at.records.size() == 1);
  at.questions.clear();
  at.live(again);
  at.settle(); // of three that were, it is enough to know oneself
  CHECK(at.records.size() == 2);
  auto fourth = std::make_shared<membership::view>(*again);
  fourth->gen = generation{3};
  fourth->members[fourth->gen] = *group_at(founded)->members_of(founded);
  fourth->members[generation{4}] = fourth->members[grown];
  fourth->gen = generation{4};
  at.live(fourth);
  at.request(1, 1, fourth->gen);
  CHECK(at.echoes.empty()); // three of four have to tell
}

TEST_CASE("joining: those who stay answer while they ask themselves", "[unit][brb]") {
  member at(1, founded);
  at.request(1, 1, founded);
  at.window->handle(view_update{shrunk()}, at.now);
  at.asked(2, grown);
  REQUIRE(at.handed.size() == 1);
  CHECK(at.handed[0].what.locks == std::vector<sealed_header>{lock(1, 1)});
}

TEST_CASE("joining: who has left echoes nothing any more", "[unit][brb]") {
  member at(3, founded);
  at.window->handle(view_update{shrunk()}, at.now);
  at.request(1, 1, founded);
  CHECK(at.echoes.empty());
  CHECK(at.reports.back() == brb_errc::we_are_not_voting_member);
}

TEST_CASE("joining: of its own slots a source tells those only that are stored", "[unit][brb]") {
  for (const bool stored : {false, true}) {
    member at(0, founded);
    at.slow_disk = !stored;
    at.request(1, 1, founded);
    at.slow_disk = false;
    at.at(grown);
    at.asked(joiner, grown);
    REQUIRE(at.handed.size() == 1);
    CHECK(at.handed[0].what.locks.size() == (stored ? 1 : 0));
  }
}
