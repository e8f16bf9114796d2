// SPDX-License-Identifier: BSD-3-Clause
// Goal: each meaning OTP gives to supervision, one test each. Method: the pure machine with a script in place
// of actors; effects are written as words ("start a", "stop b", "kill b", "blame", ...), timers are kept by
// hand.
#include "actors/runtime/supervision.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace troupe;
using namespace std::chrono_literals;

namespace {

using words = std::vector<std::string>;

peer_id some_peer() {
  bytes multihash{0, 36, 8, 1, 18, 32};
  multihash.resize(38, 0x11);
  return *peer_id::from_multihash(multihash);
}

class play {
public:
  play(supervision_options options, std::vector<child_spec> children)
    : brain(options, std::move(children), random_stream{1}) {
    brain.start(now);
    drain();
  }

  /// The words since the last call.
  words said() { return std::exchange(words_, {}); }

  void crash(const std::string& key) { end(key, {true, "crash", std::nullopt}); }
  void leave(const std::string& key) { end(key, {false, "normal", std::nullopt}); }
  void poison(const std::string& key) { end(key, {true, "poison", some_peer()}); }
  void end(const std::string& key, const child_exit& how) {
    brain.ended(key, running.at(key), how, now);
    drain();
  }
  void pass(duration span) {
    now += span;
    while (true) {
      auto next =
        std::min_element(timers.begin(), timers.end(), [](auto& a, auto& b) { return a.second < b.second; });
      if (next == timers.end() || next->second > now)
        return;
      const auto timer = next->first;
      timers.erase(next);
      brain.expire(timer, now);
      drain();
    }
  }
  void add(const std::string& key, restart kind = restart::permanent) {
    REQUIRE(brain.add({.key = key, .kind = kind}, now));
    drain();
  }
  void remove(const std::string& key) {
    REQUIRE(brain.remove(key, now));
    drain();
  }
  void stop() {
    brain.stop(now);
    drain();
  }

  supervision brain;
  time_point now{1h};
  std::map<std::string, generation> running;
  std::map<timer_id, time_point> timers;

private:
  void drain() {
    while (auto effect = brain.poll())
      std::visit([this](const auto& one) { hear(one); }, *effect);
  }
  void hear(const supervision::start_child& e) {
    running[e.key] = e.which;
    words_.push_back("start " + e.key);
  }
  void hear(const supervision::ask_child_to_stop& e) { words_.push_back("stop " + e.key); }
  void hear(const supervision::kill_child& e) { words_.push_back("kill " + e.key); }
  void hear(const supervision::forget_child& e) { words_.push_back("forget " + e.key); }
  void hear(const supervision::report_down& e) { comes_back = e.comes_back; }
  void hear(const supervision::blame& e) { words_.push_back("blame " + e.key); }
  void hear(const supervision::finished& e) { words_.push_back(e.escalated ? "escalated" : "finished"); }
  void hear(const arm& e) { timers[e.timer] = now + e.after; }
  void hear(const cancel& e) { timers.erase(e.timer); }
  void hear(const note&) {}

  words words_;

public:
  bool comes_back = false;
};

supervision_options options(strategy plan = strategy::one_for_one) {
  return {.plan = plan,
          .intensity = 3,
          .period = 5s,
          .wait = {.min = 10ms, .max = 80ms, .jitter_percent = 0},
          .children_max = 8};
}

std::vector<child_spec> abc(restart kind = restart::permanent) {
  return {{.key = "a", .kind = kind}, {.key = "b", .kind = kind}, {.key = "c", .kind = kind}};
}

} // namespace

TEST_CASE("supervision: starts its children in order", "[unit][runtime]") {
  play it{options(), abc()};
  REQUIRE(it.said() == words{"start a", "start b", "start c"});
}

TEST_CASE("supervision: one_for_one restarts the crashed child alone after its backoff", "[unit][runtime]") {
  play it{options(), abc()};
  it.said();
  it.crash("b");
  REQUIRE(it.comes_back);
  it.pass(9ms);
  REQUIRE(it.said().empty());
  it.pass(1ms);
  REQUIRE(it.said() == words{"start b"});
}

TEST_CASE("supervision: a permanent child is restarted after a normal end too", "[unit][runtime]") {
  play it{options(), abc(restart::permanent)};
  it.said();
  it.leave("a");
  it.pass(1s);
  REQUIRE(it.said() == words{"start a"});
}

TEST_CASE("supervision: a transient child is restarted after a crash and not after a normal end",
          "[unit][runtime]") {
  play it{options(), abc(restart::transient)};
  it.said();
  it.leave("a");
  REQUIRE_FALSE(it.comes_back);
  it.crash("b");
  it.pass(1s);
  REQUIRE(it.said() == words{"start b"});
}

TEST_CASE("supervision: a temporary child is never restarted but forgotten", "[unit][runtime]") {
  play it{options(), abc(restart::temporary)};
  it.said();
  it.crash("b");
  it.leave("a");
  it.pass(1s);
  REQUIRE(it.said() == words{"forget b", "forget a"});
  REQUIRE(it.brain.snapshot().children == 1);
}

TEST_CASE("supervision: one_for_all stops the others in reverse and starts all in order", "[unit][runtime]") {
  play it{options(strategy::one_for_all), abc()};
  it.said();
  it.crash("b");
  REQUIRE(it.said() == words{"stop c"});
  it.pass(1ms);
  it.leave("c");
  REQUIRE(it.said() == words{"stop a"});
  it.leave("a");
  it.pass(8ms);
  REQUIRE(it.said().empty());
  it.pass(1ms);
  REQUIRE(it.said() == words{"start a", "start b", "start c"});
}

TEST_CASE("supervision: rest_for_one takes along only those started later", "[unit][runtime]") {
  play it{options(strategy::rest_for_one), abc()};
  it.said();
  it.crash("b");
  REQUIRE(it.said() == words{"stop c"});
  it.leave("c");
  it.pass(10ms);
  REQUIRE(it.said() == words{"start b", "start c"});
  it.crash("c");
  it.pass(20ms);
  REQUIRE(it.said() == words{"start c"});
}

TEST_CASE("supervision: a group waits for its stopping children longer than for its backoff",
          "[unit][runtime]") {
  play it{options(strategy::one_for_all), abc()};
  it.said();
  it.crash("a");
  it.pass(500ms);
  it.leave("c");
  REQUIRE(it.said() == words{"stop c", "stop b"});
  it.leave("b");
  REQUIRE(it.said() == words{"start a", "start b", "start c"});
}

TEST_CASE("supervision: an earlier child that crashes meanwhile widens the group", "[unit][runtime]") {
  play it{options(strategy::rest_for_one), abc()};
  it.said();
  it.crash("b");
  it.crash("a");
  it.leave("c");
  REQUIRE(it.said() == words{"stop c"});
  it.pass(1s);
  REQUIRE(it.said() == words{"start a", "start b", "start c"});
}

TEST_CASE("supervision: a sibling that crashes while the group stops is not counted again",
          "[unit][runtime]") {
  play it{options(strategy::one_for_all), abc()};
  it.crash("a");
  it.crash("c");
  it.crash("b");
  REQUIRE(it.brain.snapshot().restarts_counted == 1);
  it.said();
  it.pass(1s);
  REQUIRE(it.said() == words{"start a", "start b", "start c"});
}

TEST_CASE("supervision: a temporary sibling stopped with the group does not come back", "[unit][runtime]") {
  auto children = abc();
  children[2].kind = restart::temporary;
  play it{options(strategy::one_for_all), children};
  it.said();
  it.crash("a");
  it.leave("c");
  it.leave("b");
  it.pass(1s);
  REQUIRE(it.said() == words{"stop c", "forget c", "stop b", "start a", "start b"});
}

TEST_CASE("supervision: a transient sibling stopped with the group comes back", "[unit][runtime]") {
  auto children = abc();
  children[1].kind = restart::transient;
  play it{options(strategy::one_for_all), children};
  it.said();
  it.crash("a");
  it.leave("c");
  it.leave("b");
  it.pass(1s);
  REQUIRE(it.said() == words{"stop c", "stop b", "start a", "start b", "start c"});
}

TEST_CASE("supervision: one restart above the intensity escalates after stopping in reverse",
          "[unit][runtime]") {
  play it{options(), abc()};
  it.said();
  for (int i = 0; i < 3; ++i) {
    it.crash("a");
    it.pass(100ms);
  }
  REQUIRE(it.said() == words{"start a", "start a", "start a"});
  it.crash("a");
  REQUIRE_FALSE(it.comes_back);
  it.leave("c");
  it.leave("b");
  REQUIRE(it.said() == words{"stop c", "stop b", "escalated"});
  it.pass(10s);
  REQUIRE(it.said().empty());
}

TEST_CASE("supervision: the intensity counts all children together", "[unit][runtime]") {
  play it{options(), abc()};
  it.crash("a");
  it.crash("b");
  it.crash("c");
  it.said();
  it.pass(100ms);
  REQUIRE(it.said().size() == 3);
  it.crash("b");
  REQUIRE(it.brain.snapshot().stopping);
}

TEST_CASE("supervision: restarts further apart than the period never escalate", "[unit][runtime]") {
  play it{options(), abc()};
  for (int i = 0; i < 100; ++i) {
    it.crash("a");
    it.pass(1700ms);
  }
  REQUIRE_FALSE(it.brain.snapshot().stopping);
}

TEST_CASE("supervision: backoff grows with each crash in a row and resets after health", "[unit][runtime]") {
  auto wide = options();
  wide.intensity = 100;
  wide.wait.healthy_after = 2s;
  play it{wide, abc()};
  it.said();
  for (const auto wait : {10ms, 20ms, 40ms, 80ms, 80ms}) {
    it.crash("a");
    it.pass(wait - 1ms);
    REQUIRE(it.said().empty());
    it.pass(1ms);
    REQUIRE(it.said() == words{"start a"});
  }
  it.pass(2s);
  it.crash("a");
  it.pass(10ms);
  REQUIRE(it.said() == words{"start a"});
}

TEST_CASE("supervision: a thousand crashes charged to a peer neither escalate nor wait", "[unit][runtime]") {
  for (const auto plan : {strategy::one_for_one, strategy::rest_for_one}) {
    play it{options(plan), abc()};
    it.said();
    for (int i = 0; i < 1000; ++i) {
      it.poison("c");
      REQUIRE(it.said() == words{"blame c", "start c"});
    }
    REQUIRE(it.brain.snapshot().restarts_counted == 0);
    it.crash("c");
    it.pass(10ms);
    REQUIRE(it.said() == words{"start c"});
  }
}

TEST_CASE("supervision: a charged crash of a temporary child is blamed and not restarted",
          "[unit][runtime]") {
  play it{options(), abc(restart::temporary)};
  it.said();
  it.poison("b");
  REQUIRE(it.said() == words{"blame b", "forget b"});
}

TEST_CASE("supervision: stops in reverse order one after another", "[unit][runtime]") {
  play it{options(), abc()};
  it.said();
  it.stop();
  REQUIRE(it.said() == words{"stop c"});
  it.leave("c");
  REQUIRE(it.said() == words{"stop b"});
  it.leave("b");
  it.leave("a");
  REQUIRE(it.said() == words{"stop a", "finished"});
  it.stop();
  REQUIRE(it.said().empty());
}

TEST_CASE("supervision: a child that does not stop in time is killed and only then the next is stopped",
          "[unit][runtime]") {
  auto children = abc();
  children[2].stop_within = 300ms;
  play it{options(), children};
  it.said();
  it.stop();
  it.pass(299ms);
  REQUIRE(it.said() == words{"stop c"});
  it.pass(1ms);
  REQUIRE(it.said() == words{"kill c"});
  it.end("c", {true, "killed", std::nullopt});
  REQUIRE(it.said() == words{"stop b"});
}

TEST_CASE("supervision: stopping cancels pending restarts", "[unit][runtime]") {
  play it{options(), abc()};
  it.crash("a");
  it.crash("b");
  it.said();
  it.stop();
  it.leave("c");
  it.pass(10s);
  REQUIRE(it.said() == words{"stop c", "finished"});
}

TEST_CASE("supervision: stopping during a group restart ends instead", "[unit][runtime]") {
  play it{options(strategy::one_for_all), abc()};
  it.said();
  it.crash("b");
  it.stop();
  it.leave("c");
  it.leave("a");
  it.pass(1s);
  REQUIRE(it.said() == words{"stop c", "stop a", "finished"});
}

TEST_CASE("supervision: an exit of an earlier incarnation is ignored", "[unit][runtime]") {
  play it{options(), abc()};
  const auto old = it.running.at("a");
  it.crash("a");
  it.pass(10ms);
  it.said();
  it.brain.ended("a", old, {true, "late", std::nullopt}, it.now);
  it.brain.ended("nobody", old, {true, "late", std::nullopt}, it.now);
  it.pass(1s);
  REQUIRE(it.said().empty());
}

TEST_CASE("supervision: children added at run time are stopped together before the others",
          "[unit][runtime]") {
  play it{options(), {{.key = "a"}}};
  it.add("x");
  it.add("y");
  REQUIRE(it.said() == words{"start a", "start x", "start y"});
  it.stop();
  REQUIRE(it.said() == words{"stop y", "stop x"});
  it.leave("x");
  REQUIRE(it.said() == words{"forget x"});
  it.leave("y");
  it.leave("a");
  REQUIRE(it.said() == words{"forget y", "stop a", "finished"});
}

TEST_CASE("supervision: a transient child added at run time is forgotten once it ends normally",
          "[unit][runtime]") {
  play it{options(), {}};
  it.add("x", restart::transient);
  it.leave("x");
  REQUIRE(it.said() == words{"start x", "forget x"});
  it.add("x", restart::transient);
}

TEST_CASE("supervision: removing a child stops it and forgets it once down", "[unit][runtime]") {
  play it{options(), abc()};
  it.said();
  it.remove("b");
  REQUIRE(it.said() == words{"stop b"});
  it.leave("b");
  it.pass(10s);
  REQUIRE(it.said() == words{"forget b"});
  REQUIRE(it.brain.remove("b", it.now).error() == runtime_errc::unknown_child);
}

TEST_CASE("supervision: removing a child that waits for its restart forgets it at once", "[unit][runtime]") {
  play it{options(), abc()};
  it.crash("b");
  it.said();
  it.remove("b");
  it.pass(1s);
  REQUIRE(it.said() == words{"forget b"});
}

TEST_CASE("supervision: refuses a known key and more children than its cap", "[unit][runtime]") {
  play it{options(), abc()};
  REQUIRE(it.brain.add({.key = "b"}, it.now).error() == runtime_errc::already_running);
  for (const auto* key : {"d", "e", "f", "g", "h"})
    it.add(key);
  REQUIRE(it.brain.add({.key = "i"}, it.now).error() == runtime_errc::overloaded);
  it.stop();
  REQUIRE(it.brain.add({.key = "i"}, it.now).error() == runtime_errc::stopping);
}

TEST_CASE("supervision: a child added while its group is down starts with the group", "[unit][runtime]") {
  play it{options(strategy::one_for_all), {{.key = "a"}}};
  it.crash("a");
  it.add("x");
  REQUIRE(it.said() == words{"start a"});
  it.pass(10ms);
  REQUIRE(it.said() == words{"start a", "start x"});
}

TEST_CASE("supervision: with an intensity of zero the first crash escalates", "[unit][runtime]") {
  auto strict = options();
  strict.intensity = 0;
  play it{strict, {{.key = "a"}}};
  it.said();
  it.crash("a");
  REQUIRE(it.said() == words{"escalated"});
}
