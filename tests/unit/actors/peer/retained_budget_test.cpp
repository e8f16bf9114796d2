// SPDX-License-Identifier: BSD-3-Clause
#include "actors/peer/retained_budget.hpp"

#include "tests/support/session_pair.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::peer;
using namespace troupe::peer::testing;
using namespace std::chrono_literals;

TEST_CASE("retained budget: a peer may hold as much as is still free", "[unit][peer]") {
  const auto budget = std::make_shared<retained_budget>(1200);
  retained_share slow{budget};
  while (slow.admits(100))
    slow.take(100);
  REQUIRE(slow.held() == 600);
  retained_share second{budget};
  while (second.admits(100))
    second.take(100);
  REQUIRE(second.held() == 300);
  REQUIRE(budget->held() == 900);
  REQUIRE(budget->free() == 300);
  retained_share quick{budget};
  REQUIRE(quick.admits(100));
  REQUIRE_FALSE(slow.at_ease());
  slow.give_back(400);
  REQUIRE(slow.at_ease());
  REQUIRE(slow.admits(100));
}

TEST_CASE("retained budget: many slow peers stay within it but for a chunk each", "[unit][peer]") {
  const auto budget = std::make_shared<retained_budget>(10'000);
  std::vector<std::unique_ptr<retained_share>> peers;
  for (int i = 0; i < 1000; ++i) {
    peers.push_back(std::make_unique<retained_share>(budget));
    while (peers.back()->admits(10))
      peers.back()->take(10);
    REQUIRE(peers.back()->held() >= 10);
  }
  REQUIRE(budget->held() <= 10'000 + 10 * 1000);
  peers.clear();
  REQUIRE(budget->held() == 0);
}

TEST_CASE("retained budget: a session over its part is refused and goes on once acknowledged",
          "[unit][peer]") {
  const auto budget = std::make_shared<retained_budget>(64 * 1024);
  retained_share slow{budget};
  session_pair pair{1};
  auto opts = session_pair::options(0);
  opts.share = &slow;
  pair.start(0, opts);
  const auto out = pair.mount(0, "/troupe/a/1", delivery::reliable, 40 * 1024);
  const auto other = pair.mount(0, "/troupe/b/1");
  pair.mount(1, "/troupe/a/1");
  pair.mount(1, "/troupe/b/1");
  pair.connect();
  pair.run(20ms);
  pair.silent = true;
  admission verdict = admission::taken;
  for (int i = 0; i < 100 && verdict == admission::taken; ++i)
    verdict = pair.send(0, out, single_frame(7, bytes(1000)));
  REQUIRE(verdict == admission::over_budget);
  REQUIRE(slow.held() <= budget->max() / 2);
  REQUIRE(slow.held() > budget->max() / 2 - 2048);
  // All lanes of the peer share one part; another peer has its own.
  REQUIRE(pair.send(0, other, single_frame(7, bytes(1000))) == admission::over_budget);
  retained_share quick{budget};
  REQUIRE(quick.admits(4096));
  pair.silent = false;
  const auto given = pair.sides[0].credit;
  pair.run(10s);
  REQUIRE(slow.held() == 0);
  REQUIRE(pair.sides[0].credit > given);
  REQUIRE(pair.send(0, out, single_frame(7, bytes(1000))) == admission::taken);
  pair.run(1s);
  REQUIRE(budget->held() == 0);
}

TEST_CASE("retained budget: what is lost with a session is given back", "[unit][peer]") {
  const auto budget = std::make_shared<retained_budget>(64 * 1024);
  {
    retained_share share{budget};
    auto opts = session_pair::options(0);
    opts.share = &share;
    session gone{opts};
    const auto lane = *gone.mount({"/troupe/a/1"}, time_point{});
    REQUIRE(gone.send(lane, single_frame(7, bytes(1000)), time_point{}) == admission::taken);
    REQUIRE(budget->held() > 1000);
    REQUIRE(gone.snapshot().lanes[0].retained == budget->held());
  }
  REQUIRE(budget->held() == 0);
}
