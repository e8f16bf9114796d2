// SPDX-License-Identifier: BSD-3-Clause
// A member that joined later asks what those before it are bound to before it echoes anything.
#include "tests/support/growing_group.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::brb;
using namespace troupe::brb::testing;
using namespace troupe::test;

TEST_CASE("joining: the first echo waits until a quorum of the members has told its locks", "[unit][brb]") {
  member at(joiner, grown);
  CHECK(at.questions.empty()); // not before it is needed
  at.request(1, 1, grown);
  CHECK(at.questions.size() == 4);
  at.told(1, 0);
  at.told(2, 0);
  at.told(2, 0); // twice is once
  CHECK(at.echoes.empty());
  at.told(3, 0);
  REQUIRE(at.echoes.size() == 1);
  CHECK(at.echoes[0].gen == grown);
  at.questions.clear();
  at.request(2, 2, grown);
  CHECK(at.echoes.size() == 2);
  CHECK(at.questions.empty());
}

TEST_CASE("joining: a slot that somebody is bound to is echoed for that header only", "[unit][brb]") {
  member at(joiner, grown);
  at.request(1, 2, grown);
  at.told(1, 0);
  at.told(2, 0, {lock(1, 1)}); // one is enough
  at.told(3, 0);
  CHECK(at.echoes.empty());
  CHECK(at.suspicions == 1);
  at.request(1, 1, grown);
  REQUIRE(at.echoes.size() == 1);
  CHECK(at.echoes[0].header == header(1, 1));
}

TEST_CASE("joining: of a slot that its source signed twice neither header is echoed", "[unit][brb]") {
  member at(joiner, grown);
  at.request(1, 1, grown);
  at.told(1, 0, {lock(1, 1)});
  at.told(2, 0, {lock(1, 2)});
  at.told(3, 0);
  at.request(1, 2, grown);
  at.request(1, 1, grown);
  CHECK(at.echoes.empty());
  CHECK(at.suspicions > 0);
}

TEST_CASE("joining: what was delivered before is not vouched for", "[unit][brb]") {
  member at(joiner, grown);
  at.request(2, 9, grown);
  at.told(1, 2, {}, proof(2, 2));
  at.told(2, 0);
  at.told(3, 0);
  at.request(1, 8, grown);
  at.request(2, 9, grown);
  CHECK(at.echoes.empty());
  at.certify(1, 1);
  at.certify(2, 2);
  at.request(3, 3, grown);
  CHECK(at.echoes.size() == 1);
}

TEST_CASE("joining: a claim of deliveries needs its proof", "[unit][brb]") {
  member at(joiner, grown);
  at.request(1, 1, grown);
  at.told(1, 1'000'000); // nothing would ever be echoed again
  CHECK(at.reports.back() == brb_errc::not_enough_signatures_to_form_quorum);
  at.told(1, 1, {}, proof(1, 1, 2));
  CHECK(at.reports.back() == brb_errc::not_enough_signatures_to_form_quorum);
  auto forged = *proof(1, 1);
  forged.seals[0][0] ^= 1u;
  at.told(1, 1, {}, std::make_shared<const certificate>(forged));
  CHECK(at.reports.back() == brb_errc::signature);
  auto unsigned_lock = lock(1, 5);
  unsigned_lock.seal[0] ^= 1u;
  at.told(2, 0, {unsigned_lock});
  CHECK(at.reports.back() == brb_errc::signature);
  at.told(3, 0, {lock(window_size + 1, 5)});
  CHECK(at.reports.back() == brb_errc::malformed);
  for (const std::size_t who : {1u, 2u})
    at.told(who, 0);
  CHECK(at.echoes.empty()); // none of the false ones counted
  at.told(3, 0);
  CHECK(at.echoes.size() == 1);
}

TEST_CASE("joining: a checkpoint proves what certificates are not kept of", "[unit][brb]") {
  member at(joiner, grown);
  at.request(6, 9, grown);
  checkpoint base{{group, founded, {{source, 6}}, digest{1}, 1}, {0b1110}, {}};
  for (std::size_t i = 1; i < 4; ++i)
    base.seals.push_back(stub_sign(actor_number(i), checkpoint_digest(cluster_network, base.what)));
  const auto proven = std::make_shared<const checkpoint>(base);
  lock_answer what{group, source, grown, 7, {}, {}, proven};
  at.window->handle(locks_told{actor_number(1), std::make_shared<const lock_answer>(what)}, at.now);
  at.settle();
  CHECK(at.reports.back() == brb_errc::not_enough_signatures_to_form_quorum); // it covers 6 only
  what.delivered = 6;
  at.window->handle(locks_told{actor_number(1), std::make_shared<const lock_answer>(what)}, at.now);
  at.settle();
  at.told(2, 0);
  at.told(3, 0);
  CHECK(at.echoes.empty());
  CHECK(at.records.size() == 1); // imported
}

TEST_CASE("joining: who is not asked is not heard", "[unit][brb]") {
  member at(joiner, grown);
  at.request(1, 1, grown);
  for (const std::size_t who : {1u, 2u, 5u, 6u})
    at.told(who, 0);
  CHECK(at.echoes.empty());
  lock_answer old{group, source, founded, 0, {}, {}, {}}; // about another join
  at.window->handle(locks_told{actor_number(3), std::make_shared<const lock_answer>(old)}, at.now);
  lock_answer foreign{group_id{9}, source, grown, 0, {}, {}, {}};
  at.window->handle(locks_told{actor_number(3), std::make_shared<const lock_answer>(foreign)}, at.now);
  at.settle();
  CHECK(at.echoes.empty());
  CHECK(at.reports.back() == brb_errc::foreign_group);
}

TEST_CASE("joining: questions go again to who has not answered until a quorum has", "[unit][brb]") {
  member at(joiner, grown);
  at.request(1, 1, grown);
  at.told(1, 0);
  at.questions.clear();
  at.expire();
  CHECK(at.questions.size() == 3);
  at.answers_checks = false; // the checks of this answer get lost
  at.told(2, 0, {lock(1, 1)});
  at.answers_checks = true;
  at.told(2, 0, {lock(1, 1)});
  at.told(3, 0);
  CHECK(at.echoes.size() == 1);
  at.questions.clear();
  at.expire();
  at.expire();
  CHECK(at.questions.empty());
}

TEST_CASE("joining: nothing is echoed before what was imported is stored", "[unit][brb]") {
  member at(joiner, grown);
  at.stores = false;
  at.request(1, 2, grown);
  for (const std::size_t who : {1u, 2u, 3u})
    at.told(who, 0, {lock(1, 1)});
  CHECK(at.echoes.empty());
  at.stores = true;
  at.expire();
  CHECK(at.records.size() == 1);
  at.live(grown); // it is not asked again after a restart
  at.request(1, 2, grown);
  CHECK(at.echoes.empty());
  at.request(1, 1, grown);
  CHECK(at.echoes.size() == 1);
}

TEST_CASE("joining: a joiner hands on what it imported and first imports it", "[unit][brb]") {
  member at(joiner, generation{2});
  at.asked(5, generation{2});
  CHECK(at.handed.empty());
  CHECK(at.questions.size() == 4); // of its own
  for (const std::size_t who : {1u, 2u, 3u})
    at.told(who, 0, {lock(1, 1)});
  REQUIRE(at.handed.size() == 1); // the question has waited
  CHECK(at.handed[0].to == actor_number(5));
  CHECK(at.handed[0].what.locks == std::vector<sealed_header>{lock(1, 1)});
}

TEST_CASE("joining: a source that was no member before has nothing to tell", "[unit][brb]") {
  auto view = std::make_shared<membership::view>(*group_at(grown));
  view->members[founded].erase(source);
  member at(joiner, grown);
  at.window->handle(view_update{view}, at.now);
  at.request(1, 1, grown);
  CHECK(at.echoes.size() == 1);
}
