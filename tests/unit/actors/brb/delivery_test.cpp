// SPDX-License-Identifier: BSD-3-Clause
// Delivery beside the log: what is delivered before its record is synced, and what a refusing log stops. And
// our own slots, which come in order or not at all.
#include "actors/brb/source_window.hpp"
#include "actors/datatype/orswot.hpp"
#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::brb;
using namespace troupe::test;

namespace {

constexpr time_point now{};

/// Actor 0's window for its own slots, in a group of one: its own word makes a certificate.
class own_window {
public:
  own_window() {
    auto made = std::make_shared<membership::view>();
    made->members[generation{0}].insert(actor_number(0));
    made->group = make_group_id(cluster_network, made->members[generation{0}]);
    view_ = made;
    window.emplace(source_window_options{actor_number(0), std::string{cluster_network}, actor_number(0),
                                         orswot::describe, true},
                   view_);
  }

  void request(std::uint64_t sequence, std::uint64_t value) {
    window->handle(send_received{actor_number(0),
                                 std::make_shared<const send_message>(
                                   send_message{generation{0}, header(sequence, value), {}, payload(value)})},
                   now);
    drain();
  }
  /// The lock that a former life of the window was storing.
  void restore_uncertain(std::uint64_t sequence, std::uint64_t value) {
    window->restore_uncertain(std::make_shared<const send_message>(
      send_message{generation{0}, header(sequence, value), {}, payload(value)}));
    window->start(now);
    drain();
  }
  void certificate_of(std::uint64_t sequence) {
    auto made = std::make_shared<certificate>();
    made->header = header(sequence, sequence);
    made->signers = {1};
    made->seals.push_back(
      stub_sign(actor_number(0), echo_digest(cluster_network, generation{0}, made->header)));
    made->payload = payload(sequence);
    window->handle(certificate_received{actor_number(0), made}, now);
    drain();
  }
  void answer(std::size_t record, bool stored) {
    window->handle(persisted{records.at(record), stored}, now);
    drain();
  }
  void validate(std::size_t which, std::optional<std::string> refusal = std::nullopt) {
    window->handle(validated{validations.at(which), refusal}, now);
    drain();
  }
  void wake(timer_id timer) {
    window->expire(timer, now);
    drain();
  }
  /// The group goes on without this node.
  void leave() {
    auto later = std::make_shared<membership::view>(*view_);
    later->members[later->gen.next()] = {actor_number(1)};
    later->gen = later->gen.next();
    window->handle(view_update{later}, now);
    drain();
  }

  std::optional<source_window> window;
  std::vector<ticket> records;
  std::vector<ticket> validations;
  std::vector<timer_id> woken;
  std::vector<std::uint64_t> delivered;
  std::vector<std::uint64_t> acknowledged;
  std::vector<std::pair<std::uint64_t, brb_errc>> refused;
  std::vector<std::uint64_t> disputed;

private:
  operation_header header(std::uint64_t sequence, std::uint64_t value) const {
    return {*view_->group, actor_number(0), sequence, generation{0}, sha256(payload(value)), 1};
  }
  static bytes payload(std::uint64_t value) {
    return orswot::encode({orswot::action::add, actor_number(0), value, {value}, {}});
  }
  void drain() {
    while (auto effect = window->poll()) {
      if (const auto* record = std::get_if<persist>(&*effect))
        records.push_back(record->id);
      else if (const auto* ask = std::get_if<source_window::validate>(&*effect))
        validations.push_back(ask->id);
      else if (const auto* done = std::get_if<source_window::deliver>(&*effect))
        delivered.push_back(done->what->header.sequence);
      else if (const auto* why = std::get_if<own_refusal>(&*effect))
        refused.emplace_back(why->header.sequence, why->why);
      else if (const auto* which = std::get_if<numbers_disputed>(&*effect))
        disputed.push_back(which->sequence);
      else if (const auto* timer = std::get_if<arm>(&*effect))
        woken.push_back(timer->timer);
      else if (const auto* sent = std::get_if<send_packet>(&*effect))
        if (const auto* vector = std::get_if<delivered_message>(&sent->what))
          acknowledged.push_back(vector->delivered.at(actor_number(0)));
    }
  }

  view_ptr view_;
};

} // namespace

TEST_CASE("delivery: goes on while records are synced and acknowledges only those that are", "[unit][brb]") {
  own_window at;
  at.certificate_of(1);
  at.certificate_of(2);
  REQUIRE(at.delivered == std::vector<std::uint64_t>{1, 2});
  REQUIRE(at.acknowledged.empty());
  at.answer(0, true);
  REQUIRE(at.acknowledged == std::vector<std::uint64_t>{1});
}

TEST_CASE("delivery: what is recorded soon after an acknowledgement is acknowledged together",
          "[unit][brb]") {
  own_window at;
  for (std::uint64_t sequence = 1; sequence <= 4; ++sequence)
    at.certificate_of(sequence);
  for (std::size_t i = 0; i < 3; ++i)
    at.answer(i, true);
  REQUIRE(at.acknowledged == std::vector<std::uint64_t>{1});
  const auto timer = at.woken.back();
  at.wake(timer);
  REQUIRE(at.acknowledged == std::vector<std::uint64_t>{1, 3});
  at.answer(3, true);
  REQUIRE(at.acknowledged == std::vector<std::uint64_t>{1, 3});
  at.wake(timer);
  REQUIRE(at.acknowledged == std::vector<std::uint64_t>{1, 3, 4});
  at.wake(timer); // nothing is owed: it ends
  REQUIRE(at.acknowledged == std::vector<std::uint64_t>{1, 3, 4});
  REQUIRE(at.woken == std::vector<timer_id>(3, timer));
}

TEST_CASE("delivery: a record the log refuses stops it until the log takes it", "[unit][brb]") {
  own_window at;
  at.certificate_of(1);
  at.answer(0, false);
  REQUIRE(at.woken.size() == 1);
  at.certificate_of(2);
  REQUIRE(at.delivered == std::vector<std::uint64_t>{1});
  at.wake(at.woken.at(0));
  REQUIRE(at.records.size() == 2);
  at.answer(1, true);
  REQUIRE(at.delivered == std::vector<std::uint64_t>{1, 2});
  REQUIRE(at.acknowledged == std::vector<std::uint64_t>{1});
}

TEST_CASE("delivery: runs ahead of the log by so many records and no more", "[unit][brb]") {
  own_window at;
  for (std::uint64_t sequence = 1; sequence <= recording_max + 2; ++sequence)
    at.certificate_of(sequence);
  REQUIRE(at.delivered.size() == recording_max);
  at.answer(0, true);
  REQUIRE(at.delivered.size() == recording_max + 1);
}

TEST_CASE("own slots: behind a refused one they are refused until it comes again", "[unit][brb]") {
  own_window at;
  at.request(1, 1);
  at.request(2, 2);
  REQUIRE(at.validations.size() == 1); // in order
  at.validate(0, "No");
  REQUIRE(at.refused ==
          std::vector<std::pair<std::uint64_t, brb_errc>>{{1, brb_errc::data_type_failed_validation},
                                                          {2, brb_errc::source_already_has_pending_msg}});
  at.request(3, 3); // made before its instance heard of it
  REQUIRE(at.refused.size() == 3);
  at.request(1, 4);
  at.request(2, 5);
  REQUIRE(at.refused.size() == 3);
  at.validate(1);
  at.answer(0, true);
  at.validate(2);
  REQUIRE(at.window->snapshot().locked == std::vector<std::uint64_t>{1});
}

TEST_CASE("own slots: one that waits for its turn, its check or its lock stays when a repetition is refused",
          "[unit][brb]") {
  for (const std::size_t before : {0u, 1u}) {
    own_window at;
    at.request(1, 1);
    if (before == 1)
      at.validate(0);
    at.leave();
    at.request(1, 1);
    REQUIRE(at.refused.empty());
    if (before == 0)
      at.validate(0);
    at.answer(0, true);
    REQUIRE(at.window->snapshot().locked == std::vector<std::uint64_t>{1});
  }
}

TEST_CASE("own slots: another content for a number in use is a dispute and no evidence", "[unit][brb]") {
  own_window at;
  at.request(1, 1);
  at.request(1, 2);
  REQUIRE(at.disputed == std::vector<std::uint64_t>{1});
  at.validate(0);
  at.answer(0, true);
  at.request(1, 2);
  at.certificate_of(1);
  at.request(1, 3);
  REQUIRE(at.disputed.size() == 3);
  REQUIRE(at.refused.empty());
  REQUIRE(at.window->snapshot().proofs.empty());
}

TEST_CASE("own slots: behind a lock that the log refuses but may have, others are refused", "[unit][brb]") {
  own_window at;
  at.restore_uncertain(1, 1);
  at.request(2, 2);
  at.request(3, 3);
  at.answer(0, false);
  REQUIRE(at.refused == std::vector<std::pair<std::uint64_t, brb_errc>>{
                          {2, brb_errc::store_failed}, {3, brb_errc::source_already_has_pending_msg}});
  at.wake(at.woken.back());
  at.answer(1, true);
  REQUIRE(at.window->snapshot().locked == std::vector<std::uint64_t>{1});
}
