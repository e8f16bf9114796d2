// SPDX-License-Identifier: BSD-3-Clause
// Liars against Bracha's broadcast: as long as n > 3f the honest members deliver the same and all of it, with
// lost packets and without; one liar more and they differ or wait for ever.
#include "tests/unit/tools/lab/algorithm/machine_net.hpp"
#include "tools/lab/algorithm/bracha_machine.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::lab;
using lines = std::vector<std::string>;

namespace {

constexpr std::array lies{lie::equivocate, lie::double_echo, lie::withhold, lie::mute};

machine_net brachas(std::size_t count, std::size_t members, const std::map<std::size_t, lie>& liars) {
  return {count, members, [liars](std::size_t index, broadcast_options options) {
            const auto found = liars.find(index);
            return found == liars.end() ? make_bracha(std::move(options))
                                        : make_bracha_liar(std::move(options), found->second);
          }};
}

void settle(machine_net& net, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < net.nodes.size(); ++i)
      net.resend(i);
    REQUIRE(net.run());
  }
}

/// What `at` delivered of `source`.
lines of_source(const machine_net& net, std::size_t at, std::size_t source) {
  lines all;
  for (const auto& [where, operation] : net.nodes[at].delivered)
    if (where.first == source)
      all.push_back(operation);
  return all;
}

/// Everybody issues three operations; then the honest must have the same of everybody, and all of the honest.
void check_agreement(std::size_t n, const std::map<std::size_t, lie>& liars, std::uint32_t seed, bool lossy) {
  auto net = brachas(n, n, liars);
  auto drawn = seed;
  net.lose = [&](const auto&) {
    drawn = drawn * 1664525U + 1013904223U;
    return lossy && (drawn >> 24) < 64;
  };
  for (const auto* operation : {"a", "b", "c"})
    for (std::size_t i = 0; i < n; ++i)
      REQUIRE(net.execute(i, operation));
  REQUIRE(net.run());
  settle(net, 2);
  lossy = false;
  settle(net, 4);
  const std::size_t witness = n - 1;
  for (std::size_t i = 0; i < n; ++i) {
    if (liars.contains(i))
      continue;
    for (std::size_t source = 0; source < n; ++source) {
      INFO("node " << i << " source " << source << " seed " << seed);
      CHECK(of_source(net, i, source) == of_source(net, witness, source));
      if (!liars.contains(source))
        CHECK(of_source(net, i, source) == lines{"a", "b", "c"});
    }
    for (const auto& [slot, what] : net.nodes[i].echoes)
      CHECK(net.nodes[i].echoes.count(slot) == 1);
  }
}

} // namespace

TEST_CASE("bracha liars: one of four changes nothing for the others", "[unit][lab][bracha]") {
  for (const auto how : lies)
    for (std::uint32_t seed = 1; seed <= 5; ++seed)
      check_agreement(4, {{seed % 3, how}}, seed, seed > 1);
}

TEST_CASE("bracha liars: two of seven change nothing for the others", "[unit][lab][bracha]") {
  std::uint32_t seed = 0;
  for (const auto first : lies)
    for (const auto second : lies) {
      ++seed;
      check_agreement(7, {{seed % 3, first}, {3 + seed % 3, second}}, seed, seed % 2 == 0);
    }
}

TEST_CASE("bracha liars: an equivocator with a helper splits four", "[unit][lab][bracha]") {
  auto net = brachas(4, 4, {{0, lie::equivocate}, {1, lie::double_echo}});
  REQUIRE(net.execute(0, "a"));
  REQUIRE(net.run());
  CHECK(net.history(2) == lines{"0.1 a"});
  CHECK(net.history(3) == lines{"0.1 `"});
}

TEST_CASE("bracha liars: an equivocator with a helper does not split seven", "[unit][lab][bracha]") {
  check_agreement(7, {{0, lie::equivocate}, {1, lie::double_echo}}, 1, false);
}

TEST_CASE("bracha liars: two mute members of four stop everything", "[unit][lab][bracha]") {
  auto net = brachas(4, 4, {{2, lie::mute}, {3, lie::mute}});
  REQUIRE(net.execute(0, "a"));
  REQUIRE(net.run());
  settle(net, 5);
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(net.history(i).empty());
}

TEST_CASE("bracha liars: a stranger is heard by nobody", "[unit][lab][bracha]") {
  auto net = brachas(5, 4, {{4, lie::outsider}});
  net.resend(4);
  // For each of four sources an echo and a ready to each of four members.
  CHECK(net.wire.size() == 32);
  REQUIRE(net.run());
  REQUIRE(net.execute(0, "a"));
  net.give(0, 4, net.wire.front().data);
  CHECK(net.wire.size() == 3 + 3 + 8);
  REQUIRE(net.run());
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(net.history(i) == lines{"0.1 a"});
    CHECK(net.nodes[i].refused == lines(10, "NotAMember"));
    CHECK(net.state(i).foreign == 0);
  }
}

TEST_CASE("bracha liars: who answers everything remembers a limited number of answers",
          "[unit][lab][bracha]") {
  auto net = brachas(4, 4, {{3, lie::double_echo}});
  const auto packet = [&net](std::uint64_t sequence) {
    return bracha::encode({bracha::kind::ready, net.nodes[1].id, sequence, {'x'}, false});
  };
  net.give(1, 3, packet(1));
  CHECK(net.wire.size() == 2);
  net.give(1, 3, packet(1));
  CHECK(net.wire.size() == 2);
  for (std::uint64_t sequence = 2; sequence <= 4096; ++sequence)
    net.give(1, 3, packet(sequence));
  net.wire.clear();
  net.give(1, 3, packet(1));
  CHECK(net.wire.empty());
  net.give(1, 3, packet(4097));
  net.give(1, 3, packet(1));
  CHECK(net.wire.size() == 4);
}
