// SPDX-License-Identifier: BSD-3-Clause
// Goal: pinned actors run in run() and nowhere else, and their messages to others go to the pool. Method: the
// test is the network's thread; the pool is the test scheduler.
#include "actors/runtime/shell/io_unit.hpp"

#include "tests/support/stage.hpp"

#include <catch2/catch.hpp>

#include <thread>

using namespace troupe;
using namespace troupe::test;

namespace {

struct bounce {
  int left;
};

} // namespace

template <>
inline constexpr std::string_view troupe::signal_name<bounce> = "test.bounce";

namespace {

using player = handle<takes<bounce>>;

struct player_state {
  player other;
};

player::behavior_type wall_actor(self_ptr<player, player_state>, node_context, std::vector<int>* seen) {
  return {[seen](bounce b) { seen->push_back(b.left); }};
}

player::behavior_type player_actor(self_ptr<player, player_state> self, node_context, std::vector<int>* seen,
                                   player wall) {
  return {[self, seen, wall](bounce b) {
    seen->push_back(b.left);
    if (b.left == -13)
      throw std::runtime_error("unlucky");
    if (b.left > 0)
      send(self, player{self}, bounce{b.left - 1});
    else
      send(self, wall, bounce{-1});
  }};
}

struct scene {
  stage on;
  int wakes = 0;
  std::shared_ptr<io_unit> unit = std::make_shared<io_unit>(on.system(), [this] { ++wakes; });
  std::vector<int> pinned_saw;
  std::vector<int> wall_saw;
  player wall = spawn(on.system(), on.context("wall"), wall_actor, &wall_saw);
  player one = spawn_pinned(on.system(), unit, on.context("one"), player_actor, &pinned_saw, wall);

  ~scene() {
    unit->retire();
    on.stop(wall, one);
  }
};

} // namespace

TEST_CASE("io unit: a pinned actor runs only in run and asks for one turn", "[actor][runtime]") {
  scene at;
  at.unit->run();
  at.wakes = 0;
  std::thread{[&] {
    post(at.one, bounce{3});
    post(at.one, bounce{0});
  }}.join();
  at.on.run();
  REQUIRE(at.pinned_saw.empty());
  REQUIRE(at.wakes == 1);
  at.unit->run();
  REQUIRE(at.pinned_saw == std::vector<int>{3, 0, 2, 1, 0});
  REQUIRE(at.wakes == 1);
}

TEST_CASE("io unit: sends from the network's own thread ask for no turn", "[actor][runtime]") {
  scene at;
  at.unit->run();
  at.wakes = 0;
  post(at.one, bounce{0});
  REQUIRE(at.wakes == 0);
  at.unit->run();
  REQUIRE(at.pinned_saw == std::vector<int>{0});
}

TEST_CASE("io unit: what a pinned actor sends to others runs on the pool", "[actor][runtime]") {
  scene at;
  post(at.one, bounce{0});
  at.unit->run();
  REQUIRE(at.wall_saw.empty());
  at.on.run();
  REQUIRE(at.wall_saw == std::vector<int>{-1});
}

TEST_CASE("io unit: a long job gives way and comes back next turn", "[actor][runtime]") {
  scene at;
  post(at.one, bounce{1000});
  at.wakes = 0;
  at.unit->run(2);
  const auto after_one = at.pinned_saw.size();
  REQUIRE(after_one > 0);
  REQUIRE(after_one < 1001);
  REQUIRE(at.wakes == 1);
  while (at.pinned_saw.size() < 1001)
    at.unit->run(2);
  at.on.run();
  REQUIRE(at.wall_saw.size() == 1);
}

TEST_CASE("io unit: a crash on it ends the pinned actor alone", "[actor][runtime]") {
  scene at;
  post(at.one, bounce{-13});
  at.unit->run();
  REQUIRE(at.on.log().has("unlucky"));
  post(at.one, bounce{1});
  at.unit->run();
  REQUIRE(at.pinned_saw.size() == 1);
}

TEST_CASE("io unit: once retired its actors run on the pool", "[actor][runtime]") {
  scene at;
  post(at.one, bounce{1});
  at.unit->retire();
  post(at.one, bounce{0});
  at.on.run();
  REQUIRE(at.pinned_saw == std::vector<int>{1, 0, 0});
}

TEST_CASE("io unit: loses and doubles nothing when many threads send", "[actor][runtime]") {
  scene at;
  constexpr int each = 2000;
  std::vector<std::thread> senders;
  for (int t = 0; t < 3; ++t)
    senders.emplace_back([&at] {
      for (int i = 0; i < each; ++i)
        post(at.one, bounce{0});
    });
  while (at.pinned_saw.size() < 3 * each)
    at.unit->run();
  for (auto& one : senders)
    one.join();
  at.unit->run();
  REQUIRE(at.pinned_saw.size() == 3 * each);
}

TEST_CASE("io unit: without a unit the actor is an ordinary one", "[actor][runtime]") {
  scene at;
  std::vector<int> seen;
  const auto two = spawn_pinned(at.on.system(), nullptr, at.on.context("two"), player_actor, &seen, at.wall);
  post(two, bounce{0});
  at.on.run();
  REQUIRE(seen == std::vector<int>{0});
  at.on.stop(two);
}
