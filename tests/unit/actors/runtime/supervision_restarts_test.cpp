// SPDX-License-Identifier: BSD-3-Clause
// Goal: each meaning OTP gives to restarting children, one test each: kinds of children, strategies,
// intensity, backoff. Method: the pure machine with a script in place of actors.
#include "actors/runtime/supervision.hpp"

#include "tests/support/supervision_play.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

TEST_CASE("supervision: one_for_one restarts the crashed child alone after its backoff", "[unit][runtime]") {
  supervision_play it{options(), abc()};
  it.said();
  it.crash("b");
  REQUIRE(it.comes_back);
  it.pass(9ms);
  REQUIRE(it.said().empty());
  it.pass(1ms);
  REQUIRE(it.said() == words{"start b"});
}

TEST_CASE("supervision: a permanent child is restarted after a normal end too", "[unit][runtime]") {
  supervision_play it{options(), abc(restart::permanent)};
  it.said();
  it.leave("a");
  it.pass(1s);
  REQUIRE(it.said() == words{"start a"});
}

TEST_CASE("supervision: a transient child is restarted after a crash and not after a normal end",
          "[unit][runtime]") {
  supervision_play it{options(), abc(restart::transient)};
  it.said();
  it.leave("a");
  REQUIRE_FALSE(it.comes_back);
  it.crash("b");
  it.pass(1s);
  REQUIRE(it.said() == words{"start b"});
}

TEST_CASE("supervision: a temporary child is never restarted but forgotten", "[unit][runtime]") {
  supervision_play it{options(), abc(restart::temporary)};
  it.said();
  it.crash("b");
  it.leave("a");
  it.pass(1s);
  REQUIRE(it.said() == words{"forget b", "forget a"});
  REQUIRE(it.brain.snapshot().children == 1);
}

TEST_CASE("supervision: one_for_all stops the others in reverse and starts all in order", "[unit][runtime]") {
  supervision_play it{options(strategy::one_for_all), abc()};
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
  supervision_play it{options(strategy::rest_for_one), abc()};
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
  supervision_play it{options(strategy::one_for_all), abc()};
  it.said();
  it.crash("a");
  it.pass(500ms);
  it.leave("c");
  REQUIRE(it.said() == words{"stop c", "stop b"});
  it.leave("b");
  REQUIRE(it.said() == words{"start a", "start b", "start c"});
}

TEST_CASE("supervision: an earlier child that crashes meanwhile widens the group", "[unit][runtime]") {
  supervision_play it{options(strategy::rest_for_one), abc()};
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
  supervision_play it{options(strategy::one_for_all), abc()};
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
  supervision_play it{options(strategy::one_for_all), children};
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
  supervision_play it{options(strategy::one_for_all), children};
  it.said();
  it.crash("a");
  it.leave("c");
  it.leave("b");
  it.pass(1s);
  REQUIRE(it.said() == words{"stop c", "stop b", "start a", "start b", "start c"});
}

TEST_CASE("supervision: one restart above the intensity escalates after stopping in reverse",
          "[unit][runtime]") {
  supervision_play it{options(), abc()};
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
  supervision_play it{options(), abc()};
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
  supervision_play it{options(), abc()};
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
  supervision_play it{wide, abc()};
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
    supervision_play it{options(plan), abc()};
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
  supervision_play it{options(), abc(restart::temporary)};
  it.said();
  it.poison("b");
  REQUIRE(it.said() == words{"blame b", "forget b"});
}

TEST_CASE("supervision: an exit of an earlier incarnation is ignored", "[unit][runtime]") {
  supervision_play it{options(), abc()};
  const auto old = it.running.at("a");
  it.crash("a");
  it.pass(10ms);
  it.said();
  it.brain.ended("a", old, {true, "late", std::nullopt}, it.now);
  it.brain.ended("nobody", old, {true, "late", std::nullopt}, it.now);
  it.pass(1s);
  REQUIRE(it.said().empty());
}

TEST_CASE("supervision: with an intensity of zero the first crash escalates", "[unit][runtime]") {
  auto strict = options();
  strict.intensity = 0;
  supervision_play it{strict, {{.key = "a"}}};
  it.said();
  it.crash("a");
  REQUIRE(it.said() == words{"escalated"});
}
