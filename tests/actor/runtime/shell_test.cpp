// SPDX-License-Identifier: BSD-3-Clause
// Goal: the shell serves a machine's common effects in order and at the right virtual time. Method: a machine
// that does what it is told, with a desk that answers each ticket.
#include "actors/runtime/shell/shell.hpp"

#include "messages/crypto/keys.hpp"
#include "tests/support/stage.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

struct delivered {
  std::string text;
};

/// Does what each input says; inputs are effects to emit.
class puppet {
public:
  using effect = std::variant<arm, cancel, persist, verify, sign, note, delivered>;

  void start(time_point) { out_.push(delivered{"started"}); }
  void handle(const effect& told, time_point) { out_.push(told); }
  void handle(const persisted& outcome, time_point) { say("persisted", outcome.id, outcome.stored); }
  void handle(const verified& outcome, time_point) { say("verified", outcome.id, outcome.valid); }
  void handle(const signed_off& outcome, time_point) {
    say("signed", outcome.id, !outcome.signed_by.empty());
  }
  void expire(timer_id timer, time_point now) {
    out_.push(delivered{"timer " + std::to_string(timer.value()) + " at " +
                        std::to_string(now.time_since_epoch() / 1ms)});
  }
  std::optional<effect> poll() { return out_.poll(); }
  int snapshot() const { return 0; }

private:
  void say(const char* what, ticket id, bool good) {
    out_.push(delivered{what + std::string{" "} + std::to_string(id.value()) + (good ? " yes" : " no")});
  }
  effect_queue<effect> out_;
};

struct tell {
  puppet::effect what;
};

} // namespace

template <>
inline constexpr std::string_view troupe::signal_name<tell> = "test.tell";

namespace {

using puppet_handle = handle<takes<tell>>;
using puppet_inside = with_shell<puppet_handle>;

struct transcript {
  std::vector<std::string>* out;
  void operator()(const delivered& what) const { out->push_back(what.text); }
};

struct puppet_state {
  std::optional<shell<puppet, puppet_inside, transcript>> core;
};

puppet_inside::behavior_type puppet_actor(self_ptr<puppet_inside, puppet_state> self, node_context context,
                                          ticket_desk desk, std::vector<std::string>* out) {
  auto& core = self->state.core.emplace(self, context, desk, puppet{}, transcript{out});
  core.start();
  return {[self](const tell& order) { self->state.core->feed(order.what); },
          [self](timer_fired fired) { self->state.core->wake(fired); },
          [self](const persisted& outcome) { self->state.core->feed(outcome); },
          [self](const verified& outcome) { self->state.core->feed(outcome); },
          [self](const signed_off& outcome) { self->state.core->feed(outcome); }};
}

using desk_handle = handle<takes<persist_order>, takes<verify_order>, takes<sign_order>>;

desk_handle::behavior_type desk_actor(self_ptr<desk_handle, int> self, node_context) {
  return {[self](const persist_order& order) {
            send(self, order.who, persisted{order.what.id, true});
          },
          [self](const verify_order& order) {
            send(self, order.who, verified{order.what.id, false});
          },
          [self](const sign_order& order) {
            send(self, order.who, signed_off{order.what.id, bytes{1}});
          }};
}

struct scene {
  stage on;
  std::vector<std::string> heard;
  desk_handle desk = spawn(on.system(), on.context("desk"), desk_actor);
  puppet_handle actor =
    spawn(on.system(), on.context("puppet"), puppet_actor,
          ticket_desk{desk, {{{desk, std::make_shared<check_load>(1u << 20)}}, verify_ed25519}}, &heard);

  ~scene() { on.stop(actor, desk); }
  void tell_it(puppet::effect what) {
    post(actor, tell{std::move(what)});
    on.run();
  }
};

} // namespace

TEST_CASE("shell: own effects go to the own functions in order", "[actor][runtime]") {
  scene at;
  at.tell_it(delivered{"one"});
  at.tell_it(delivered{"two"});
  REQUIRE(at.heard == std::vector<std::string>{"started", "one", "two"});
}

TEST_CASE("shell: a timer fires once and at its time", "[actor][runtime]") {
  scene at;
  at.tell_it(arm{timer_id{4}, 20ms});
  at.on.pass(19ms);
  REQUIRE(at.heard.size() == 1);
  at.on.pass(1ms);
  REQUIRE(at.heard.back() == "timer 4 at 20");
  at.on.pass(1s);
  REQUIRE(at.heard.size() == 2);
  REQUIRE(at.on.idle());
}

TEST_CASE("shell: an earlier timer armed later still fires first", "[actor][runtime]") {
  scene at;
  at.tell_it(arm{timer_id{1}, 50ms});
  at.tell_it(arm{timer_id{2}, 10ms});
  at.tell_it(arm{timer_id{3}, 30ms});
  at.tell_it(cancel{timer_id{3}});
  at.on.pass(1s);
  REQUIRE(at.heard == std::vector<std::string>{"started", "timer 2 at 10", "timer 1 at 50"});
}

TEST_CASE("shell: arming again replaces", "[actor][runtime]") {
  scene at;
  at.tell_it(arm{timer_id{1}, 10ms});
  at.on.pass(5ms);
  at.tell_it(arm{timer_id{1}, 10ms});
  at.on.pass(9ms);
  REQUIRE(at.heard.size() == 1);
  at.on.pass(1ms);
  REQUIRE(at.heard.back() == "timer 1 at 15");
}

TEST_CASE("shell: tickets go to the desk and their outcomes come back", "[actor][runtime]") {
  scene at;
  at.tell_it(persist{ticket{7}, bytes{1}});
  at.tell_it(verify{ticket{8}, {}, {}, {}});
  at.tell_it(sign{ticket{9}, {}});
  REQUIRE(at.heard ==
          std::vector<std::string>{"started", "persisted 7 yes", "verified 8 no", "signed 9 yes"});
}

TEST_CASE("shell: notes become lines of the log at their level", "[actor][runtime]") {
  scene at;
  at.tell_it(note{note::level::warn, "late vote"});
  REQUIRE(at.on.log().lines.size() == 1);
  REQUIRE(at.on.log().lines[0].level == log_level::warn);
  REQUIRE(at.on.log().lines[0].actor == "n1/puppet");
}

TEST_CASE("shell: a machine that arms more timers than the cap crashes its actor alone", "[actor][runtime]") {
  scene at;
  for (std::uint64_t i = 0; i < timer_table::timers_max; ++i)
    post(at.actor, tell{arm{timer_id{i}, 1s}});
  at.on.run();
  REQUIRE_FALSE(at.on.log().has("crashed"));
  at.tell_it(arm{timer_id{timer_table::timers_max}, 1s});
  REQUIRE(at.on.log().has("crashed"));
}
