// SPDX-License-Identifier: BSD-3-Clause
// Bracha's broadcast among honest members: its cost, its order, its limits, and what lost packets do to it.
// Liars are in bracha_liar_test.cpp.
#include "tests/unit/tools/lab/algorithm/machine_net.hpp"
#include "tools/lab/algorithm/bracha_machine.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::lab;
using lines = std::vector<std::string>;

namespace {

machine_net brachas(std::size_t count, std::size_t members) {
  return {count, members,
          [](std::size_t, broadcast_options options) { return make_bracha(std::move(options)); }};
}
machine_net brachas(std::size_t count) {
  return brachas(count, count);
}

bytes vote(const machine_net& net, bracha::kind what, std::size_t source, std::uint64_t sequence,
           std::string_view op) {
  return bracha::encode({what, net.nodes[source].id, sequence, to_bytes(as_bytes(op)), false});
}

/// Rounds of resending until nothing is sent any more; false if that takes too many.
bool settle(machine_net& net, int rounds_max = 60) {
  for (int round = 0; round < rounds_max; ++round) {
    for (std::size_t i = 0; i < net.nodes.size(); ++i)
      net.resend(i);
    if (net.wire.empty())
      return true;
    if (!net.run())
      return false;
  }
  return false;
}

} // namespace

TEST_CASE("bracha: quorums are those of the paper", "[unit][lab][bracha]") {
  const std::vector<std::size_t> echoes{0, 1, 2, 2, 3, 4, 4, 5, 6, 6, 7};
  for (std::size_t n = 1; n < echoes.size(); ++n) {
    const auto f = (n - 1) / 3;
    CHECK(bracha::liars_max(n) == f);
    CHECK(bracha::echo_quorum(n) == echoes[n]);
    CHECK(2 * bracha::echo_quorum(n) > n + f);
    CHECK(bracha::echo_quorum(n) <= n - f);
  }
}

TEST_CASE("bracha: an operation costs n-1 and twice n squared packets", "[unit][lab][bracha]") {
  for (const std::size_t n : {2U, 4U, 7U, 16U}) {
    auto net = brachas(n);
    REQUIRE(net.execute(0, "a") == 1);
    REQUIRE(net.run());
    CHECK(net.sent["Send"] == n - 1);
    CHECK(net.sent["Echo"] == n * (n - 1));
    CHECK(net.sent["Ready"] == n * (n - 1));
    for (std::size_t i = 0; i < n; ++i) {
      CHECK(net.history(i) == lines{"0.1 a"});
      CHECK(net.nodes[i].echoes.size() == 1);
      CHECK(net.nodes[i].refused.empty());
    }
  }
}

TEST_CASE("bracha: one alone agrees with itself at once", "[unit][lab][bracha]") {
  auto net = brachas(1);
  REQUIRE(net.execute(0, "a") == 1);
  CHECK(net.history(0) == lines{"0.1 a"});
  CHECK(net.execute(0, "b") == 2);
  CHECK(net.state(0).kept == 0);
}

TEST_CASE("bracha: many operations of a source are delivered in its order", "[unit][lab][bracha]") {
  auto net = brachas(4);
  lines expected;
  for (int i = 1; i <= 32; ++i) {
    REQUIRE(net.execute(0, std::to_string(i)) == static_cast<std::uint64_t>(i));
    expected.push_back("0." + std::to_string(i) + " " + std::to_string(i));
  }
  const auto full = net.execute(0, "33");
  REQUIRE_FALSE(full);
  CHECK(full.error() == "WindowFull");
  // The newest packet first: every slot completes before the one that must be delivered first.
  std::ranges::reverse(net.wire);
  while (!net.wire.empty()) {
    net.wire.push_front(net.wire.back());
    net.wire.pop_back();
    net.step();
  }
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(net.history(i) == expected);
  CHECK(net.execute(0, "33") == 33);
}

TEST_CASE("bracha: what is lost is sent again until all have it", "[unit][lab][bracha]") {
  for (std::uint32_t seed = 1; seed <= 6; ++seed) {
    auto net = brachas(4);
    auto drawn = seed;
    bool lossy = true;
    net.lose = [&drawn, &lossy](const auto&) {
      drawn = drawn * 1664525U + 1013904223U;
      return lossy && (drawn >> 24) < 128;
    };
    for (int i = 0; i < 10; ++i)
      for (std::size_t source = 0; source < 4; ++source) {
        REQUIRE(net.execute(source, std::to_string(i)));
        REQUIRE(net.run());
      }
    settle(net, 5);
    lossy = false;
    REQUIRE(settle(net));
    for (std::size_t i = 0; i < 4; ++i) {
      CHECK(net.nodes[i].delivered.size() == 40);
      CHECK(net.state(i).pending == 0);
      CHECK(net.state(i).foreign == 0);
      CHECK(net.state(i).kept == 0);
    }
  }
}

TEST_CASE("bracha: a member cut off from the source learns from the others", "[unit][lab][bracha]") {
  auto net = brachas(4);
  bool cut = true;
  net.lose = [&cut](const auto& each) { return cut && (each.to == 3 || each.from == 3); };
  for (int i = 0; i < 100; ++i) {
    REQUIRE(net.execute(0, "x"));
    REQUIRE(net.run());
  }
  CHECK(net.state(1).kept == 100);
  // The source is gone for good; the rest is enough.
  cut = false;
  net.lose = [](const auto& each) { return each.from == 0 || each.to == 0; };
  settle(net, 10);
  CHECK(net.history(3) == net.history(1));
}

TEST_CASE("bracha: who is too far behind is given up", "[unit][lab][bracha]") {
  auto net = brachas(4);
  bool cut = true;
  net.lose = [&cut](const auto& each) { return cut && (each.to == 3 || each.from == 3); };
  for (std::size_t i = 0; i <= bracha::kept_max; ++i) {
    REQUIRE(net.execute(0, "x"));
    REQUIRE(net.run());
  }
  CHECK(net.state(1).kept == bracha::kept_max);
  cut = false;
  settle(net, 5);
  CHECK(net.history(3).empty());
}

TEST_CASE("bracha: an operation no source sent is delivered by nobody", "[unit][lab][bracha]") {
  auto net = brachas(4);
  net.give(3, 1, vote(net, bracha::kind::echo, 0, 1, "x"));
  net.give(3, 1, vote(net, bracha::kind::ready, 0, 1, "x"));
  REQUIRE(net.run());
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(net.history(i).empty());
  CHECK(net.sent.empty());
  CHECK(net.state(1).foreign == 1);
}

TEST_CASE("bracha: a member is ready after f+1 readies or a quorum of echoes", "[unit][lab][bracha]") {
  auto net = brachas(4);
  net.give(3, 1, vote(net, bracha::kind::ready, 0, 1, "x"));
  CHECK(net.wire.empty());
  net.give(2, 1, vote(net, bracha::kind::ready, 0, 1, "x"));
  CHECK(net.wire.size() == 3);
  // Its own ready is the third.
  CHECK(net.history(1) == lines{"0.1 x"});

  auto other = brachas(4);
  other.give(3, 1, vote(other, bracha::kind::echo, 0, 1, "x"));
  other.give(3, 1, vote(other, bracha::kind::echo, 0, 1, "x"));
  other.give(2, 1, vote(other, bracha::kind::echo, 0, 1, "x"));
  CHECK(other.wire.empty());
  other.give(0, 1, vote(other, bracha::kind::echo, 0, 1, "x"));
  CHECK(other.wire.size() == 3);
  CHECK(other.history(1).empty());
}

TEST_CASE("bracha: what is wrong is refused by name", "[unit][lab][bracha]") {
  auto net = brachas(5, 4);
  using bracha::kind;
  const auto why = [&net](std::size_t from, const bytes& packet) {
    net.nodes[1].refused.clear();
    net.give(from, 1, packet);
    return net.nodes[1].refused.empty() ? std::string{} : net.nodes[1].refused.back();
  };
  const auto good = vote(net, kind::send, 0, 1, "x");
  for (std::size_t size = 0; size < good.size(); ++size)
    CHECK(why(0, to_bytes(byte_view{good}.first(size))) == "Malformed");
  auto longer = good;
  longer.push_back(0);
  CHECK(why(0, longer) == "Malformed");
  auto unknown = good;
  unknown[0] = 4;
  CHECK(why(0, unknown) == "Malformed");
  auto asked = bracha::encode({kind::progress, net.nodes[0].id, 0, {}, true});
  asked.back() = 2;
  CHECK(why(0, asked) == "Malformed");
  CHECK(why(0, vote(net, kind::send, 0, 1, std::string(operation_size_max + 1, 'x'))) == "Malformed");
  CHECK(why(4, good) == "NotAMember");
  CHECK(why(0, vote(net, kind::echo, 4, 1, "x")) == "UnknownSource");
  CHECK(why(2, good) == "NotItsSlot");
  CHECK(why(0, vote(net, kind::send, 0, 0, "x")) == "OutsideWindow");
  CHECK(why(0, vote(net, kind::send, 0, bracha::window + 1, "x")) == "OutsideWindow");
  CHECK(why(0, vote(net, kind::send, 0, bracha::window, "x")).empty());
  CHECK(why(0, good).empty());
  CHECK(why(0, good).empty());
  CHECK(why(0, vote(net, kind::send, 0, 1, "y")) == "AnotherContent");
  CHECK(why(2, vote(net, kind::echo, 0, 1, "y")).empty());
  CHECK(why(2, vote(net, kind::echo, 0, 1, "x")) == "AnotherContent");
  CHECK(why(2, vote(net, kind::ready, 0, 1, "x")).empty());
  CHECK(why(2, vote(net, kind::ready, 0, 1, "y")) == "AnotherContent");
  CHECK(net.nodes[1].machine->snapshot().foreign == 2);
}

TEST_CASE("bracha: the data type and membership decide what may be issued", "[unit][lab][bracha]") {
  machine_net net{4, 3, [](std::size_t, broadcast_options options) {
                    options.accept = [](const peer_id&, byte_view op) { return op.empty() || op[0] != '!'; };
                    return make_bracha(std::move(options));
                  }};
  CHECK(net.execute(0, "!").error() == "DataTypeFailedValidation");
  CHECK(net.execute(3, "a").error() == "NotAMember");
  CHECK(net.execute(0, std::string(operation_size_max + 1, 'x')).error() == "Malformed");
  net.give(0, 1, vote(net, bracha::kind::send, 0, 1, "!"));
  CHECK(net.nodes[1].refused == lines{"DataTypeFailedValidation"});
  CHECK(net.nodes[1].echoes.empty());
}

TEST_CASE("bracha: votes for a thousand slots fill no more than the window", "[unit][lab][bracha]") {
  auto net = brachas(4);
  for (std::uint64_t sequence = 1; sequence <= 1000; ++sequence)
    net.give(3, 1, vote(net, bracha::kind::echo, 0, sequence, "x"));
  CHECK(net.state(1).foreign == bracha::window);
}

TEST_CASE("bracha: a later generation counts its own members", "[unit][lab][bracha]") {
  auto net = brachas(5, 4);
  net.lose = [](const auto& each) { return each.to >= 2; };
  REQUIRE(net.execute(0, "a"));
  REQUIRE(net.run());
  CHECK(net.history(0).empty());
  net.lose = [](const auto&) { return false; };
  // Two of four are gone, two of two are enough.
  for (std::size_t i = 0; i < 2; ++i)
    net.install(i, net.group(1, 2));
  REQUIRE(net.run());
  CHECK(net.history(0) == lines{"0.1 a"});
  CHECK(net.history(1) == lines{"0.1 a"});
  for (std::size_t i = 0; i < 5; ++i)
    net.install(i, net.group(2, 5));
  REQUIRE(settle(net));
  for (std::size_t i = 0; i < 5; ++i)
    CHECK(net.history(i) == lines{"0.1 a"});
}

TEST_CASE("bracha: votes of who has left do not count", "[unit][lab][bracha]") {
  auto net = brachas(4);
  net.give(2, 1, vote(net, bracha::kind::ready, 0, 1, "x"));
  net.install(1, {1, {net.nodes[0].id, net.nodes[1].id, net.nodes[3].id, machine_id(9)}});
  net.give(3, 1, vote(net, bracha::kind::ready, 0, 1, "x"));
  CHECK(net.wire.empty());
  net.give(0, 1, vote(net, bracha::kind::ready, 0, 1, "x"));
  CHECK(net.history(1) == lines{"0.1 x"});
}
