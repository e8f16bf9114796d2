// SPDX-License-Identifier: BSD-3-Clause
// Goal: each meaning OTP gives to starting, stopping, adding and removing children, one test each. Method:
// the pure machine with a script in place of actors.
#include "actors/runtime/supervision.hpp"

#include "tests/support/supervision_play.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

TEST_CASE("supervision: starts its children in order", "[unit][runtime]") {
  supervision_play it{options(), abc()};
  REQUIRE(it.said() == words{"start a", "start b", "start c"});
}

TEST_CASE("supervision: stops in reverse order one after another", "[unit][runtime]") {
  supervision_play it{options(), abc()};
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
  supervision_play it{options(), children};
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
  supervision_play it{options(), abc()};
  it.crash("a");
  it.crash("b");
  it.said();
  it.stop();
  it.leave("c");
  it.pass(10s);
  REQUIRE(it.said() == words{"stop c", "finished"});
}

TEST_CASE("supervision: stopping during a group restart ends instead", "[unit][runtime]") {
  supervision_play it{options(strategy::one_for_all), abc()};
  it.said();
  it.crash("b");
  it.stop();
  it.leave("c");
  it.leave("a");
  it.pass(1s);
  REQUIRE(it.said() == words{"stop c", "stop a", "finished"});
}

TEST_CASE("supervision: children added at run time are stopped together before the others",
          "[unit][runtime]") {
  supervision_play it{options(), {{.key = "a"}}};
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
  supervision_play it{options(), {}};
  it.add("x", restart::transient);
  it.leave("x");
  REQUIRE(it.said() == words{"start x", "forget x"});
  it.add("x", restart::transient);
}

TEST_CASE("supervision: removing a child stops it and forgets it once down", "[unit][runtime]") {
  supervision_play it{options(), abc()};
  it.said();
  it.remove("b");
  REQUIRE(it.said() == words{"stop b"});
  it.leave("b");
  it.pass(10s);
  REQUIRE(it.said() == words{"forget b"});
  REQUIRE(it.brain.remove("b", it.now).error() == runtime_errc::unknown_child);
}

TEST_CASE("supervision: removing a child that waits for its restart forgets it at once", "[unit][runtime]") {
  supervision_play it{options(), abc()};
  it.crash("b");
  it.said();
  it.remove("b");
  it.pass(1s);
  REQUIRE(it.said() == words{"forget b"});
}

TEST_CASE("supervision: refuses a known key and more children than its cap", "[unit][runtime]") {
  supervision_play it{options(), abc()};
  REQUIRE(it.brain.add({.key = "b"}, it.now).error() == runtime_errc::already_running);
  for (const auto* key : {"d", "e", "f", "g", "h"})
    it.add(key);
  REQUIRE(it.brain.add({.key = "i"}, it.now).error() == runtime_errc::overloaded);
  it.stop();
  REQUIRE(it.brain.add({.key = "i"}, it.now).error() == runtime_errc::stopping);
}

TEST_CASE("supervision: a child added while its group is down starts with the group", "[unit][runtime]") {
  supervision_play it{options(strategy::one_for_all), {{.key = "a"}}};
  it.crash("a");
  it.add("x");
  REQUIRE(it.said() == words{"start a"});
  it.pass(10ms);
  REQUIRE(it.said() == words{"start a", "start x"});
}
