// SPDX-License-Identifier: BSD-3-Clause
// Liars against brb 1.0.10: one of four can stop itself, leave others behind or make sources leak, but no two
// honest members differ; two of four make them differ.
#include "tests/unit/tools/lab/algorithm/machine_net.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::lab;
using lines = std::vector<std::string>;

namespace {

/// `members` vote; `liars` says who of the `count` lies, and how.
machine_net originals(std::size_t count, std::size_t members, const std::map<std::size_t, lie>& liars) {
  return {count, members, [liars](std::size_t index, broadcast_options options) {
            const auto found = liars.find(index);
            return found == liars.end() ? make_original(std::move(options))
                                        : make_original_liar(std::move(options), found->second);
          }};
}

void settle(machine_net& net, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < net.nodes.size(); ++i)
      net.resend(i);
    REQUIRE(net.run());
  }
}

} // namespace

TEST_CASE("brb 1.0.10 liars: an equivocator alone splits nobody and is stuck", "[unit][lab][original]") {
  auto net = originals(7, 7, {{0, lie::equivocate}});
  REQUIRE(net.execute(0, "a"));
  REQUIRE(net.run());
  settle(net, 3);
  for (std::size_t i = 1; i < 7; ++i) {
    CHECK(net.history(i).empty());
    // Each signed one content, half of them the other one (defect B6 for the source).
    CHECK(net.nodes[i].echoes.size() == 1);
    CHECK((net.nodes[i].echoes.begin()->second == sha256(as_bytes("a"))) == (i <= 3));
  }
  CHECK(net.execute(0, "b").error() == "SourceAlreadyHasPendingMsg");
}

TEST_CASE("brb 1.0.10 liars: an equivocator with a helper splits four", "[unit][lab][original]") {
  auto net = originals(4, 4, {{0, lie::equivocate}, {1, lie::double_echo}});
  REQUIRE(net.execute(0, "a"));
  REQUIRE(net.run());
  CHECK(net.history(2) == lines{"0.1 a"});
  CHECK(net.history(3) == lines{"0.1 `"});
}

TEST_CASE("brb 1.0.10 liars: two of seven never make two honest members differ", "[unit][lab][original]") {
  constexpr std::array lies{lie::equivocate, lie::double_echo, lie::withhold, lie::mute, lie::outsider};
  std::uint32_t drawn = 1;
  for (const auto first : lies)
    for (const auto second : lies) {
      const bool lossy = drawn % 2 == 1;
      const std::map<std::size_t, lie> liars{{drawn % 3, first}, {3 + drawn % 4, second}};
      auto net = originals(7, 7, liars);
      net.lose = [&](const auto&) {
        drawn = drawn * 1664525U + 1013904223U;
        return lossy && (drawn >> 24) < 32;
      };
      for (int round = 0; round < 3; ++round) {
        // Who is stuck (defect B1, B6) cannot go on; that is no disagreement.
        for (std::size_t i = 0; i < 7; ++i)
          static_cast<void>(net.execute(i, std::to_string(round)));
        REQUIRE(net.run());
        settle(net, 1);
      }
      std::map<machine_net::slot, std::string> agreed;
      std::size_t honest_deliveries = 0;
      for (std::size_t i = 0; i < 7; ++i) {
        if (liars.contains(i))
          continue;
        for (const auto& [slot, operation] : net.nodes[i].delivered) {
          CHECK(agreed.emplace(slot, operation).first->second == operation);
          ++honest_deliveries;
        }
        for (const auto& [slot, what] : net.nodes[i].echoes)
          CHECK(net.nodes[i].echoes.count(slot) == 1);
      }
      CHECK(honest_deliveries > 0);
    }
}

TEST_CASE("brb 1.0.10 liars: who signs everything leaves garbage at honest sources",
          "[unit][lab][original]") {
  auto net = originals(4, 4, {{3, lie::double_echo}});
  for (int i = 1; i <= 5; ++i) {
    REQUIRE(net.execute(0, "a"));
    REQUIRE(net.run());
    CHECK(net.state(0).pending >= static_cast<std::size_t>(i));
  }
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(net.nodes[i].delivered.size() == 5);
}

TEST_CASE("brb 1.0.10 liars: a proof withheld is delivered by one", "[unit][lab][original]") {
  auto net = originals(4, 4, {{0, lie::withhold}});
  REQUIRE(net.execute(0, "a"));
  REQUIRE(net.run());
  settle(net, 5);
  CHECK(net.history(1) == lines{"0.1 a"});
  CHECK(net.history(2).empty());
  CHECK(net.history(3).empty());
  CHECK(net.execute(0, "b").error() == "SourceAlreadyHasPendingMsg");
  REQUIRE(net.execute(1, "b"));
  REQUIRE(net.run());
  CHECK(net.history(2) == lines{"1.1 b"});
}

TEST_CASE("brb 1.0.10 liars: one mute member is not missed and two are", "[unit][lab][original]") {
  auto one = originals(4, 4, {{3, lie::mute}});
  REQUIRE(one.execute(0, "a"));
  REQUIRE(one.run());
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(one.history(i) == lines{"0.1 a"});
  one.catch_up(0, 3);
  REQUIRE(one.run());
  CHECK(one.sent["ProofOfAgreement"] == 4);
  REQUIRE(one.execute(3, "own"));
  REQUIRE(one.run());
  CHECK(one.history(1) == lines{"0.1 a", "3.1 own"});

  auto two = originals(4, 4, {{2, lie::mute}, {3, lie::mute}});
  REQUIRE(two.execute(0, "a"));
  REQUIRE(two.run());
  settle(two, 5);
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(two.history(i).empty());
}

TEST_CASE("brb 1.0.10 liars: a stranger fills the memory of sources", "[unit][lab][original]") {
  auto net = originals(5, 4, {{4, lie::outsider}});
  REQUIRE(net.execute(0, "a"));
  REQUIRE(net.run());
  for (int round = 1; round <= 5; ++round) {
    net.resend(4);
    REQUIRE(net.run());
    for (std::size_t i = 1; i < 4; ++i)
      CHECK(net.state(i).pending == static_cast<std::size_t>(round));
    // And a late signature of what it learned from their histories.
    CHECK(net.state(0).pending == static_cast<std::size_t>(round) + 1);
  }
  CHECK(net.history(4) == lines{"0.1 a"});
}

TEST_CASE("brb 1.0.10 liars: a stranger that overhears a request spoils its proof", "[unit][lab][original]") {
  auto net = originals(5, 4, {{4, lie::outsider}});
  REQUIRE(net.execute(0, "a"));
  net.give(0, 4, net.wire.front().data);
  REQUIRE(net.wire.back().from == 4);
  std::rotate(net.wire.begin(), net.wire.end() - 1, net.wire.end());
  REQUIRE(net.run());
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(net.history(i).empty());
    CHECK(net.nodes[i].refused.back() == "ProofContainsSignaturesFromNonMembers");
  }
  CHECK(net.state(0).unconfirmed == 1);
}

TEST_CASE("brb 1.0.10 liars: a lone equivocator can leave one of four behind", "[unit][lab][original]") {
  auto net = originals(4, 4, {{0, lie::equivocate}});
  REQUIRE(net.execute(0, "a"));
  REQUIRE(net.run());
  settle(net, 3);
  CHECK(net.history(1) == lines{"0.1 a"});
  CHECK(net.history(2) == lines{"0.1 a"});
  CHECK(net.history(3).empty());
}

TEST_CASE("brb 1.0.10 liars: B7 a proof made in another network is delivered in this one",
          "[unit][lab][original]") {
  machine_net net{4, 4, [](std::size_t index, broadcast_options options) {
                    options.elsewhere = stub_seal;
                    return index == 3 ? make_original_liar(std::move(options), lie::other_network)
                                      : make_original(std::move(options));
                  }};
  net.resend(3);
  REQUIRE(net.run());
  for (std::size_t i = 0; i < 3; ++i)
    CHECK(net.history(i) == lines{"0.1 add elsewhere", "1.1 add elsewhere", "2.1 add elsewhere"});
  // Its own next slot is gone without its having asked for anything.
  REQUIRE(net.execute(0, "a") == 2);
}
