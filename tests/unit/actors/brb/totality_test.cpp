// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/totality.hpp"

#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::brb;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

using slots = std::vector<std::uint64_t>;

const auto source = actor_number(4);

/// Members 0 to 4; the last one broadcasts.
view_ptr group_of_five() {
  auto made = std::make_shared<membership::view>();
  for (std::size_t i = 0; i < 5; ++i)
    made->members[generation{0}].insert(actor_number(i));
  made->group = make_group_id(cluster_network, made->members[generation{0}]);
  return made;
}

/// A beat and waits that are told apart with ease.
totality_options slowly(const peer_id& self) {
  totality_options options{self};
  options.heartbeat = 250ms;
  options.first_wait = 750ms;
  options.step = 1s;
  return options;
}

/// One member's machine and its timer.
class member {
public:
  explicit member(std::size_t number = 1)
    : self(actor_number(number)), machine(slowly(self), group_of_five()) {}

  /// Echoed by the members whose bits are set.
  void deliver(std::uint64_t sequence, std::uint8_t signers = 0, const peer_id& of = source) {
    auto proof = std::make_shared<certificate>();
    proof->header.source = of;
    proof->header.sequence = sequence;
    proof->signers = {signers};
    machine.handle(certificate_delivered{std::move(proof)}, now);
    if (records)
      machine.handle(deliveries_recorded{of, sequence}, now);
    drain();
  }
  /// `who` comes and says how far it is.
  void meet(std::size_t who, std::uint64_t sequence = 0) {
    machine.handle(peer_met{actor_number(who)}, now);
    tells(who, sequence);
  }
  void tells(std::size_t who, std::uint64_t sequence) {
    machine.handle(vector_received{actor_number(who), {{source, sequence}, {self, 0}}}, now);
    drain();
  }
  void pass(duration span) {
    const auto end = now + span;
    while (wakes && *wakes <= end) {
      now = *wakes;
      wakes.reset();
      machine.expire(timer_id{1}, now);
      drain();
    }
    now = end;
  }
  slots handed(std::size_t who) const {
    const auto found = handed_out.find(actor_number(who));
    return found == handed_out.end() ? slots{} : found->second;
  }

  bool records = true; ///< what it delivers is synced at once
  peer_id self;
  totality machine;
  time_point now{1h};
  std::optional<time_point> wakes;
  std::map<peer_id, std::size_t> told; ///< vectors sent
  std::map<peer_id, slots> handed_out;
  std::vector<bool> with_payload; ///< of every certificate handed out

private:
  void drain() {
    while (auto effect = machine.poll()) {
      if (const auto* wake = std::get_if<arm>(&*effect))
        wakes = now + wake->after;
      const auto* order = std::get_if<send_packet>(&*effect);
      if (order && std::holds_alternative<delivered_message>(order->what)) {
        ++told[order->to];
      } else if (order) {
        const auto& out = std::get<certificate_out>(order->what);
        handed_out[order->to].push_back(out.what->header.sequence);
        with_payload.push_back(out.with_payload);
      }
    }
  }
};

} // namespace

TEST_CASE("totality: what was delivered is told once to every member that is there", "[unit][brb]") {
  member one;
  one.meet(0);
  one.meet(4);
  one.machine.handle(peer_met{actor_number(9)}, one.now); // no member
  one.pass(1s);
  REQUIRE(one.told == std::map<peer_id, std::size_t>{{actor_number(0), 1}, {source, 1}});
  one.deliver(1);
  one.deliver(2);
  one.pass(250ms);
  REQUIRE(one.told == std::map<peer_id, std::size_t>{{actor_number(0), 2}, {source, 2}});
}

TEST_CASE("totality: a vector names every member so that whoever is told finds itself", "[unit][brb]") {
  member one;
  one.machine.handle(peer_met{actor_number(0)}, one.now);
  one.machine.expire(timer_id{1}, one.now);
  std::optional<delivered_message> told;
  while (auto effect = one.machine.poll())
    if (const auto* order = std::get_if<send_packet>(&*effect))
      told = std::get<delivered_message>(order->what);
  REQUIRE(told);
  REQUIRE(told->delivered.size() == 5);
}

TEST_CASE("totality: what is delivered and not recorded is neither told nor passed", "[unit][brb]") {
  member one;
  one.meet(0, 1);
  for (const std::size_t who : {2u, 3u, 4u})
    one.meet(who, 1);
  one.pass(1s);
  one.records = false;
  one.deliver(1);
  one.pass(1s);
  REQUIRE(one.told.at(actor_number(0)) == 1);
  REQUIRE(one.machine.passed(source) == 0);
  one.machine.handle(deliveries_recorded{source, 1}, one.now);
  one.meet(0, 1);
  one.pass(1s);
  REQUIRE(one.told.at(actor_number(0)) == 2);
  REQUIRE(one.machine.passed(source) == 1);
}

TEST_CASE("totality: who asks is told though nothing has changed", "[unit][brb]") {
  member one;
  one.meet(0);
  one.pass(1s);
  one.machine.handle(vector_received{actor_number(0), {}, true, true}, one.now);
  one.pass(0s);
  one.tells(0, 0);
  one.pass(1s);
  REQUIRE(one.told.at(actor_number(0)) == 2);
}

TEST_CASE("totality: who stays behind is handed the certificate", "[unit][brb]") {
  member one;
  one.meet(0);
  one.meet(2, 1);
  one.deliver(1);
  one.pass(700ms);
  REQUIRE(one.handed_out.empty());
  one.pass(300ms);
  REQUIRE(one.handed_out == std::map<peer_id, slots>{{actor_number(0), {1}}});
}

TEST_CASE("totality: the member next to the laggard helps first and the others step in later",
          "[unit][brb]") {
  // Behind 2 come 3 and 0 and then 1. Member 0 has it too.
  member near(3);
  member far(1);
  for (auto* one : {&near, &far}) {
    one->meet(2);
    one->meet(0, 1);
    one->meet(one == &near ? 1 : 3, 1);
    one->deliver(1);
    one->pass(1s);
  }
  REQUIRE(near.handed(2) == slots{1});
  REQUIRE(far.handed(2).empty());
  far.pass(1500ms);
  REQUIRE(far.handed(2).empty());
  far.pass(1s);
  REQUIRE(far.handed(2) == slots{1});
}

TEST_CASE("totality: a helper that is not there or has not got it is not waited for", "[unit][brb]") {
  member far(1);
  far.meet(2);
  far.meet(3, 0);
  far.meet(0, 1);
  far.machine.handle(peer_gone{actor_number(0)}, far.now);
  far.deliver(1);
  far.pass(1s);
  REQUIRE(far.handed(2) == slots{1});
}

TEST_CASE("totality: a source hands on its own only after all others", "[unit][brb]") {
  member own(4);
  own.meet(0);
  own.meet(1, 1);
  own.meet(2, 1);
  own.deliver(1);
  own.pass(2500ms);
  REQUIRE(own.handed(0).empty());
  own.pass(1s);
  REQUIRE(own.handed(0) == slots{1});
}

TEST_CASE("totality: who echoed it gets the payload with the second try only", "[unit][brb]") {
  member one;
  one.meet(0);
  one.deliver(1, 0b00001);
  one.pass(1s);
  one.pass(1500ms);
  REQUIRE(one.handed(0) == slots{1, 1});
  REQUIRE(one.with_payload == std::vector<bool>{false, true});
}

TEST_CASE("totality: who did not echo it gets the payload at once", "[unit][brb]") {
  member one;
  one.meet(0);
  one.deliver(1, 0b11110);
  one.pass(1s);
  REQUIRE(one.with_payload == std::vector<bool>{true});
}

TEST_CASE("totality: with everybody even nothing is sent and no timer runs", "[unit][brb]") {
  member one;
  for (const std::size_t who : {0u, 2u, 3u, 4u})
    one.meet(who);
  one.deliver(1);
  for (const std::size_t who : {0u, 2u, 3u, 4u})
    one.tells(who, 1);
  one.pass(10s);
  REQUIRE(one.handed_out.empty());
  REQUIRE_FALSE(one.wakes);
  REQUIRE(one.machine.snapshot().kept == 0);
}

TEST_CASE("totality: who never moves is tried less and less often", "[unit][brb]") {
  member one;
  one.meet(0);
  one.deliver(1);
  one.pass(31s); // the first after 0.75 s, the next 1, 2, 4, 8 and 16 s later
  REQUIRE(one.handed(0).size() == 5);
  one.pass(300s);
  REQUIRE(one.handed(0).size() == 15); // every 30 s
}

TEST_CASE("totality: slow progress does not make a helper eager", "[unit][brb]") {
  member one;
  one.meet(0);
  for (std::uint64_t sequence = 1; sequence <= 20; ++sequence)
    one.deliver(sequence);
  one.pass(7s); // tries of four after 0.75, 1.75 and 3.75 s
  REQUIRE(one.handed(0).size() == 12);
  one.tells(0, 2); // not all of what was handed out
  one.pass(7s);
  REQUIRE(one.handed(0).size() == 16);
}

TEST_CASE("totality: nothing is handed again before an answer could have come", "[unit][brb]") {
  member one;
  one.meet(0);
  one.deliver(1);
  one.pass(1s);
  REQUIRE(one.handed(0).size() == 1);
  one.pass(6s); // and tried twice more, in vain
  const auto before = one.handed(0).size();
  one.tells(0, 1); // it took 3 s and more from the last try
  one.deliver(2);
  one.pass(1s);
  REQUIRE(one.handed(0).size() == before + 1);
  one.pass(5s);
  REQUIRE(one.handed(0).size() == before + 1);
}

TEST_CASE("totality: no more than 256 certificates of a source are kept and 4 handed out at once",
          "[unit][brb]") {
  member one;
  one.meet(0, 1);
  for (std::uint64_t sequence = 1; sequence <= kept_max + 1; ++sequence)
    one.deliver(sequence);
  REQUIRE(one.machine.snapshot().kept == kept_max);
  one.pass(1s);
  REQUIRE(one.handed(0) == slots{2, 3, 4, 5});
}

TEST_CASE("totality: who lacks what is no longer kept is left to anti-entropy", "[unit][brb]") {
  member one;
  one.meet(0);
  for (std::uint64_t sequence = 1; sequence <= kept_max + 1; ++sequence)
    one.deliver(sequence);
  one.pass(10s);
  REQUIRE(one.handed(0).empty());
}

TEST_CASE("totality: sources take turns", "[unit][brb]") {
  member one;
  one.meet(0);
  for (std::uint64_t sequence = 1; sequence <= 8; ++sequence) {
    one.deliver(sequence, 0, actor_number(3));
    one.deliver(sequence, 0, source);
  }
  one.pass(1s);
  REQUIRE(one.handed(0) == slots{1, 2, 3, 4});
  one.handed_out.clear();
  one.machine.handle(vector_received{actor_number(0), {{actor_number(3), 4}}, false}, one.now);
  one.pass(1s);
  REQUIRE(one.handed(0) == slots{1, 2, 3, 4}); // the other's
}

TEST_CASE("totality: who left gets nothing and who comes back is told", "[unit][brb]") {
  member one;
  one.meet(0);
  one.pass(1s);
  one.deliver(1);
  one.machine.handle(peer_gone{actor_number(0)}, one.now);
  one.pass(5s);
  REQUIRE(one.handed_out.empty());
  REQUIRE(one.told.at(actor_number(0)) == 1);
  one.meet(0);
  one.pass(1s);
  REQUIRE(one.told.at(actor_number(0)) == 2);
  REQUIRE(one.handed(0) == slots{1});
}

TEST_CASE("totality: a slot has passed when every member told so", "[unit][brb]") {
  member one;
  one.deliver(1);
  one.deliver(2);
  for (const std::size_t who : {0u, 2u, 3u})
    one.meet(who, 2);
  REQUIRE(one.machine.passed(source) == 0); // member 4 was never heard of
  one.meet(4, 1);
  REQUIRE(one.machine.passed(source) == 1);
  one.machine.handle(peer_gone{source}, one.now);
  REQUIRE(one.machine.passed(source) == 1); // what it said holds
  REQUIRE(one.machine.snapshot().members.size() == 3);
  one.meet(4, 0); // it comes back without its disk
  REQUIRE(one.machine.passed(source) == 0);
}

TEST_CASE("totality: at most 256 peers have a standing and strangers are forgotten", "[unit][brb]") {
  member one;
  for (std::size_t who = 10; who < 10 + standings_max; ++who)
    one.machine.handle(peer_met{actor_number(who)}, one.now);
  one.meet(0);
  one.pass(1s);
  REQUIRE(one.told.empty());
  one.machine.handle(peer_gone{actor_number(10)}, one.now);
  one.meet(0);
  one.pass(1s);
  REQUIRE(one.told.size() == 1);
}
