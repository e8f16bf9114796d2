// SPDX-License-Identifier: BSD-3-Clause
// A member that joined later asks what those before it are bound to, and they bind themselves by telling.
#include "actors/brb/source_window.hpp"
#include "actors/datatype/orswot.hpp"
#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::brb;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t joiner = 4;
const auto source = actor_number(0);
const generation founded{0};
const generation grown{1};

/// Members 0 to 3; number 4 comes in generation 1, number 5 in generation 2.
view_ptr group_at(generation now) {
  auto made = std::make_shared<membership::view>();
  for (std::size_t i = 0; i < 4; ++i)
    made->members[founded].insert(actor_number(i));
  made->group = make_group_id(cluster_network, made->members[founded]);
  for (auto g = grown; g <= now; g = g.next()) {
    made->members[g] = made->members[generation{g.value() - 1}];
    made->members[g].insert(actor_number(3 + g.value()));
  }
  made->gen = now;
  return made;
}
const group_id group = *group_at(founded)->group;

bytes payload(std::uint64_t value) {
  return orswot::encode({orswot::action::add, source, value, {value}, {}});
}
operation_header header(std::uint64_t sequence, std::uint64_t value) {
  return {group, source, sequence, founded, sha256(payload(value)), 1};
}
sealed_header lock(std::uint64_t sequence, std::uint64_t value) {
  const auto what = header(sequence, value);
  return {what, stub_sign(source, header_digest(cluster_network, what))};
}
certificate_ptr proof(std::uint64_t sequence, std::uint64_t value, std::size_t signers = 3) {
  certificate made{founded, header(sequence, value), lock(sequence, value).seal, {0}, {}, payload(value)};
  for (std::size_t i = 1; i <= signers; ++i) {
    made.signers[0] = static_cast<std::uint8_t>(made.signers[0] | (1u << i));
    made.seals.push_back(stub_sign(actor_number(i), echo_digest(cluster_network, founded, made.header)));
  }
  return std::make_shared<const certificate>(std::move(made));
}

class member {
public:
  explicit member(std::size_t number, generation at) : number_(number) { live(at); }

  void live(generation at) { live(group_at(at)); }
  void live(view_ptr at) {
    window.emplace(
      source_window_options{actor_number(number_), std::string{cluster_network}, source, orswot::describe},
      std::move(at));
    for (const auto& record : records)
      window->restore(*decode_promise(record, cluster_network));
    window->start(now);
  }
  void at(generation g) {
    window->handle(view_update{group_at(g)}, now);
    settle();
  }
  void request(std::uint64_t sequence, std::uint64_t value, generation gen) {
    const auto what = lock(sequence, value);
    window->handle(send_received{source, std::make_shared<send_message>(
                                           send_message{gen, what.header, what.seal, payload(value)})},
                   now);
    settle();
  }
  void certify(std::uint64_t sequence, std::uint64_t value) {
    window->handle(certificate_received{source, proof(sequence, value)}, now);
    settle();
  }
  void told(std::size_t by, std::uint64_t delivered, std::vector<sealed_header> locks = {},
            certificate_ptr last = {}) {
    lock_answer what{group, source, window_since, delivered, std::move(locks), std::move(last), {}};
    window->handle(locks_told{actor_number(by), std::make_shared<const lock_answer>(std::move(what))}, now);
    settle();
  }
  void asked(std::size_t by, generation gen) {
    now += 1s;
    window->handle(locks_asked{actor_number(by), {group, source, gen}}, now);
    settle();
  }
  void settle() {
    while (auto effect = window->poll()) {
      if (const auto* stored = std::get_if<persist>(&*effect)) {
        if (slow_disk)
          continue;
        if (stores)
          records.push_back(stored->record);
        window->handle(persisted{stored->id, stores}, now);
      } else if (const auto* check = std::get_if<verify>(&*effect)) {
        const auto seal = stub_sign(check->signer, check->message);
        const bool valid = std::equal(seal.begin(), seal.end(), check->signed_by.begin());
        if (answers_checks)
          window->handle(verified{check->id, valid}, now);
      } else if (const auto* wish = std::get_if<sign>(&*effect)) {
        window->handle(signed_off{wish->id, to_bytes(stub_sign(actor_number(number_), wish->message))}, now);
      } else if (const auto* ask = std::get_if<source_window::validate>(&*effect)) {
        window->handle(validated{ask->id, std::nullopt}, now);
      } else if (const auto* packet = std::get_if<send_packet>(&*effect)) {
        if (const auto* echo = std::get_if<echo_message>(&packet->what))
          echoes.push_back(*echo);
        else if (std::holds_alternative<lock_query>(packet->what))
          questions.push_back(packet->to);
      } else if (const auto* locks = std::get_if<source_window::hand_locks>(&*effect)) {
        handed.push_back(*locks);
      } else if (const auto* wrong = std::get_if<report>(&*effect)) {
        reports.push_back(static_cast<brb_errc>(wrong->code));
      } else if (std::holds_alternative<source_window::suspected>(*effect)) {
        ++suspicions;
      } else if (const auto* timer = std::get_if<arm>(&*effect)) {
        timers.push_back(timer->timer);
      }
    }
  }
  void expire() {
    for (const auto timer : std::exchange(timers, {}))
      window->expire(timer, now);
    settle();
  }

  generation window_since = grown;
  std::optional<source_window> window;
  time_point now{};
  std::vector<bytes> records;
  std::vector<echo_message> echoes;
  std::vector<peer_id> questions;
  std::vector<source_window::hand_locks> handed;
  std::vector<brb_errc> reports;
  std::vector<timer_id> timers;
  std::size_t suspicions = 0;
  bool stores = true;
  bool slow_disk = false; ///< nothing is answered
  bool answers_checks = true;

private:
  std::size_t number_;
};

} // namespace

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
