// SPDX-License-Identifier: BSD-3-Clause
// Requests at one receiver: the lock that each takes, the echo it gets, and what contradicts a lock.
#include "actors/brb/source_window.hpp"

#include "tests/support/window_receiver.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;

namespace {

constexpr auto now = window_receiver::now;

} // namespace

TEST_CASE("window: the echo leaves only after the lock is stored and the echo signed", "[unit][brb]") {
  window_receiver at;
  at.window->handle(at.request(1, 1), now);
  const auto checks = at.take<verify>();
  REQUIRE(checks.size() == 1);
  at.window->handle(verified{checks[0].id, true}, now);
  const auto asked = at.take<brb::source_window::validate>();
  REQUIRE(asked.size() == 1);
  at.window->handle(brb::validated{asked[0].id, std::nullopt}, now);
  const auto stored = at.take<persist>();
  REQUIRE(stored.size() == 1);
  REQUIRE(at.window->snapshot().locked.empty());
  at.window->handle(persisted{stored[0].id, true}, now);
  REQUIRE(at.window->snapshot().locked == std::vector<std::uint64_t>{1});
  const auto wish = at.take<sign>();
  REQUIRE(wish.size() == 1);
  at.window->handle(signed_off{wish[0].id, bytes(64, 1)}, now);
  REQUIRE(at.take<brb::send_packet>().size() == 1);
  // late and twice
  at.window->handle(verified{checks[0].id, false}, now);
  at.window->handle(brb::validated{asked[0].id, "late"}, now);
  at.window->handle(persisted{stored[0].id, false}, now);
  at.window->handle(signed_off{wish[0].id, bytes(64, 2)}, now);
  at.window->handle(persisted{ticket{99}, true}, now);
  REQUIRE_FALSE(at.window->poll().has_value());
  REQUIRE(at.window->snapshot().locked == std::vector<std::uint64_t>{1});
}

TEST_CASE("window: a lock that the log refuses gives no echo and frees the slot", "[unit][brb]") {
  window_receiver at;
  at.window->handle(at.request(1, 1), now);
  at.window->handle(verified{at.take<verify>()[0].id, true}, now);
  at.window->handle(brb::validated{at.take<brb::source_window::validate>()[0].id, std::nullopt}, now);
  at.window->handle(persisted{at.take<persist>()[0].id, false}, now);
  REQUIRE(at.settle().empty());
  REQUIRE(at.dropped("StoreFailed"));
  at.window->handle(at.request(1, 1), now);
  REQUIRE(at.settle().size() == 1);
}

TEST_CASE("window: tickets of two slots answered in either order give both echoes", "[unit][brb]") {
  for (const bool second_first : {false, true}) {
    window_receiver at;
    at.window->handle(at.request(1, 1), now);
    at.window->handle(at.request(2, 2), now);
    auto checks = at.take<verify>();
    REQUIRE(checks.size() == 2);
    if (second_first)
      std::swap(checks[0], checks[1]);
    at.window->handle(verified{checks[0].id, true}, now);
    at.window->handle(verified{checks[1].id, true}, now);
    REQUIRE(at.settle().size() == 2);
    REQUIRE(at.window->snapshot().locked == std::vector<std::uint64_t>{1, 2});
  }
}

TEST_CASE("window: an unanswered ticket leaves the slot as it is and later slots waiting", "[unit][brb]") {
  window_receiver at;
  at.window->handle(at.request(1, 1), now);
  at.take<verify>(); // never answered
  at.window->handle(at.request(2, 2), now);
  REQUIRE(at.settle().empty());
  at.certificate(at.proof(1, 1, {0, 2, 3}));
  at.settle();
  REQUIRE(at.delivered == std::vector<std::uint64_t>{1});
  REQUIRE(at.window->snapshot().locked == std::vector<std::uint64_t>{2});
}

TEST_CASE("window: the same digest is answered with the same echo", "[unit][brb]") {
  window_receiver at;
  at.window->handle(at.request(1, 1), now);
  const auto first = at.settle();
  at.window->handle(at.request(1, 1), now);
  const auto second = at.settle();
  REQUIRE(second.size() == 1);
  REQUIRE(std::get<brb::echo_message>(first[0].what).seal ==
          std::get<brb::echo_message>(second[0].what).seal);
  REQUIRE(at.records.size() == 1);
}

TEST_CASE("window: another digest for a locked slot is refused and kept as evidence", "[unit][brb]") {
  window_receiver at;
  at.window->handle(at.request(1, 1), now);
  at.settle();
  at.window->handle(at.request(1, 2), now);
  REQUIRE(at.settle().empty());
  REQUIRE(at.dropped("SourceAlreadyHasPendingMsg"));
  const auto proofs = at.window->snapshot().proofs;
  REQUIRE(proofs.size() == 1);
  REQUIRE(proofs[0].first == at.header(1, 1));
  REQUIRE(proofs[0].second == at.header(1, 2));
  auto forged = at.request(1, 3);
  auto copy = std::make_shared<brb::send_message>(*forged.what);
  copy->seal = {};
  at.window->handle(brb::send_received{actor_number(0), copy}, now);
  REQUIRE(at.settle().empty());
  REQUIRE(at.dropped("Signature"));
  REQUIRE(at.window->snapshot().proofs.size() == 1);
}

TEST_CASE("window: another digest for a delivered slot is refused and kept as evidence", "[unit][brb]") {
  window_receiver at;
  at.certificate(at.proof(1, 1, {0, 2, 3}));
  at.settle();
  at.window->handle(at.request(1, 2), now);
  REQUIRE(at.settle().empty());
  REQUIRE(at.dropped("SourceAlreadyHasPendingMsg"));
  REQUIRE(at.window->snapshot().proofs.size() == 1);
}

TEST_CASE("window: a header that its source did not sign gets neither lock nor echo", "[unit][brb]") {
  window_receiver at;
  auto forged = std::make_shared<brb::send_message>(*at.request(1, 1).what);
  forged->seal[3] ^= 1;
  at.window->handle(brb::send_received{actor_number(0), forged}, now);
  REQUIRE(at.settle().empty());
  REQUIRE(at.dropped("Signature"));
  REQUIRE(at.records.empty());
  at.window->handle(at.request(1, 1), now); // the slot is free for the true one
  REQUIRE(at.settle().size() == 1);
}

TEST_CASE("window: requests are refused by name", "[unit][brb]") {
  window_receiver at;
  auto relayed = at.request(1, 1);
  relayed.from = actor_number(2);
  at.window->handle(relayed, now);
  at.settle();
  REQUIRE(at.dropped("PacketSourceIsNotDot"));
  at.window->handle(at.request(brb::window_size + 1, 1), now);
  at.settle();
  REQUIRE(at.dropped("MsgDotNotTheNextDot"));
  at.window->handle(at.request(1, 1, generation{3}), now);
  at.settle();
  REQUIRE(at.dropped("MessageFromDifferentGeneration"));
  at.refusal = "SourceDoesNotMatchOp";
  at.window->handle(at.request(1, 1), now);
  at.settle();
  REQUIRE(at.dropped("DataTypeFailedValidation(SourceDoesNotMatchOp)"));
  REQUIRE(at.records.empty());
  at.refusal.reset();
  at.window->handle(at.request(brb::window_size, 1), now); // the window's last slot is held, not refused
  at.settle();
  REQUIRE(at.dropped("DataTypeFailedValidation(SourceDoesNotMatchOp)"));

  window_receiver blind(4, false);
  blind.window->start(now);
  blind.window->handle(blind.request(1, 1), now);
  REQUIRE(blind.settle().empty());
  REQUIRE(blind.dropped("PromisesUnreadable"));

  window_receiver outside(1); // only the source is a member
  outside.window->handle(outside.request(1, 1), now);
  outside.settle();
  REQUIRE(outside.dropped("WeAreNotVotingMember"));
}

TEST_CASE("window: a source that is no member gets no echo", "[unit][brb]") {
  window_receiver at;
  auto later = std::make_shared<membership::view>(*at.view);
  later->gen = generation{2};
  later->members[generation{1}] = {actor_number(1), actor_number(2)};
  later->members[generation{2}] = {actor_number(0), actor_number(1)};
  at.window->handle(brb::view_update{later}, now);
  at.window->handle(at.request(1, 1, generation{1}), now);
  at.settle();
  REQUIRE(at.dropped("SourceIsNotVotingMember"));
}

TEST_CASE("window: a window rebuilt from its records echoes the same and refuses another digest",
          "[unit][brb]") {
  window_receiver at;
  at.window->handle(at.request(1, 1), now);
  const auto before = at.settle();
  window_receiver again;
  for (const auto& record : at.records)
    again.window->restore(*decode_promise(record, cluster_network));
  again.window->handle(again.request(1, 2), now);
  REQUIRE(again.settle().empty());
  REQUIRE(again.dropped("SourceAlreadyHasPendingMsg"));
  again.window->handle(again.request(1, 1), now);
  const auto after = again.settle();
  REQUIRE(after.size() == 1);
  REQUIRE(std::get<brb::echo_message>(after[0].what).seal ==
          std::get<brb::echo_message>(before[0].what).seal);
}

TEST_CASE("window: a lock that a former life was storing is stored again before its echo", "[unit][brb]") {
  window_receiver at;
  at.window->restore_uncertain(at.request(1, 1).what);
  at.window->start(now);
  const auto first = at.take<persist>();
  REQUIRE(first.size() == 1);
  REQUIRE(at.window->snapshot().locked.empty());
  at.window->handle(at.request(1, 1), now);
  REQUIRE(at.take<brb::send_packet>().empty());

  at.window->handle(persisted{first[0].id, false},
                    now); // the log may have it from before: it is not given up
  const auto timers = at.take<arm>();
  REQUIRE(timers.size() == 1);
  at.window->expire(timers[0].timer, now);
  const auto again = at.take<persist>();
  REQUIRE(again.size() == 1);
  REQUIRE(again[0].record == first[0].record);
  at.window->handle(persisted{again[0].id, true}, now);
  REQUIRE(at.settle().size() == 1);
  REQUIRE(at.window->snapshot().locked == std::vector<std::uint64_t>{1});
}

TEST_CASE("window: no other digest takes the place of a lock that may be stored", "[unit][brb]") {
  window_receiver at;
  at.window->restore_uncertain(at.request(1, 1).what);
  at.window->start(now);
  at.window->handle(at.request(1, 2), now);
  REQUIRE(at.settle().empty());
  REQUIRE(at.dropped("SourceAlreadyHasPendingMsg"));
  REQUIRE(at.window->snapshot().proofs.size() == 1);
  REQUIRE(at.records.size() == 1);
}

TEST_CASE("window: the memory hears of a lock before the log does, and how that ended", "[unit][brb]") {
  for (const bool stored : {true, false}) {
    window_receiver at;
    at.window->handle(at.request(1, 1), now);
    at.window->handle(verified{at.take<verify>()[0].id, true}, now);
    at.window->handle(brb::validated{at.take<brb::source_window::validate>()[0].id, std::nullopt}, now);
    std::optional<ticket> storing;
    bool begun = false;
    while (const auto effect = at.window->poll()) {
      begun = begun || std::holds_alternative<brb::source_window::lock_begun>(*effect);
      if (const auto* order = std::get_if<persist>(&*effect)) {
        REQUIRE(begun);
        storing = order->id;
      }
    }
    REQUIRE(storing);
    at.window->handle(persisted{*storing, stored}, now);
    const auto ended = at.take<brb::source_window::lock_ended>();
    REQUIRE(ended.size() == 1);
    REQUIRE(ended[0].sequence == 1);
    REQUIRE(ended[0].stored == stored);
  }
}
