// SPDX-License-Identifier: BSD-3-Clause
#include "actors/peer/introductions.hpp"

#include "messages/codec/peer_record.hpp"
#include "tests/support/sim_nodes.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::peer;
using namespace std::chrono_literals;

namespace {

peer_id number(std::size_t n) {
  bytes multihash(34, 0);
  multihash[0] = 0x12;
  multihash[1] = 0x20;
  multihash[2] = static_cast<std::uint8_t>(n >> 8);
  multihash[3] = static_cast<std::uint8_t>(n);
  return *peer_id::from_multihash(multihash);
}

multiaddr at(const std::string& text) {
  return *multiaddr::parse(text);
}

known_peer entry(std::size_t n, const std::string& address = "/ip4/10.0.0.1/tcp/1") {
  return {number(n), {at(address)}, {}};
}

struct fixture {
  introductions machine;
  time_point now{};
  std::map<peer_id, std::vector<peer_id>> told;
  std::vector<peer_id> dialled;
  std::vector<multiaddr> last;
  std::size_t addresses = 0;
  std::size_t forged = 0;
  std::size_t largest = 0;
  bool armed = false;

  void drain() {
    while (auto effect = machine.poll())
      std::visit([this](auto& e) { apply(e); }, *effect);
  }
  void apply(arm&) { armed = true; }
  void apply(cancel&) { armed = false; }
  void apply(introductions::tell& e) {
    largest = std::max(largest, e.peers.size());
    for (const auto& each : e.peers)
      told[e.to].push_back(each.peer);
  }
  void apply(introductions::dial& e) {
    dialled.push_back(e.who);
    addresses += e.addresses.size();
    last = e.addresses;
  }
  void apply(introductions::forged&) { ++forged; }

  void join(std::size_t n, const std::string& address = "", bool loopback = false) {
    machine.joined(number(n), loopback);
    if (!address.empty())
      machine.located(entry(n, address));
    drain();
  }
  void hear(std::size_t from, std::vector<known_peer> peers) {
    machine.heard(number(from), std::move(peers), now);
    drain();
  }
  void miss(std::size_t n) {
    machine.ended(number(n), false, now);
    drain();
  }
  void pass(duration span) {
    for (const auto end = now + span; now < end;) {
      now += introductions::tick;
      if (std::exchange(armed, false))
        machine.expire(introductions::tick_timer, now);
      drain();
    }
  }
};

} // namespace

TEST_CASE("introductions: each peer in session is told once of every other one", "[unit][peer]") {
  fixture f;
  f.join(1, "/ip4/10.0.0.1/tcp/1");
  f.join(2, "/ip4/10.0.0.2/tcp/1");
  f.join(3);
  REQUIRE(f.told[number(1)] == std::vector{number(2)});
  REQUIRE(f.told[number(2)] == std::vector{number(1)});
  REQUIRE(f.told[number(3)] == std::vector{number(1), number(2)});
  f.machine.located(entry(2, "/ip4/10.0.0.9/tcp/1"));
  f.drain();
  REQUIRE(f.told[number(1)].size() == 1);
  f.machine.located(entry(3));
  f.drain();
  REQUIRE(f.told[number(1)] == std::vector{number(2), number(3)});
  f.machine.left(number(2));
  f.join(4);
  REQUIRE(f.told[number(4)] == std::vector{number(1), number(3)});
}

TEST_CASE("introductions: a page holds 16 peers and one peer is told of 256", "[unit][peer]") {
  fixture f;
  for (std::size_t i = 1; i <= introductions::told_max + 40; ++i)
    f.join(i, "/ip4/10.0.0.1/tcp/1");
  f.told.clear();
  f.join(1000);
  REQUIRE(f.largest == introduction_peers_max);
  REQUIRE(f.told[number(1000)].size() == introductions::told_max);
}

TEST_CASE("introductions: addresses that nobody should dial are left out", "[unit][peer]") {
  const auto taken = [](const std::string& text, bool loopback) {
    return introducible({at(text)}, loopback).size() == 1;
  };
  for (const bool loopback : {false, true}) {
    REQUIRE(taken("/ip4/10.0.0.1/tcp/1", loopback));
    REQUIRE(taken("/ip6/2001:db8::1/tcp/1", loopback));
    for (const auto* bad :
         {"/ip4/0.0.0.0/tcp/1", "/ip4/224.0.0.1/tcp/1", "/ip4/255.255.255.255/tcp/1", "/ip4/10.0.0.1/tcp/0",
          "/ip4/10.0.0.1/udp/1", "/ip4/10.0.0.1", "/dns4/localhost/tcp/1", "/ip6/::/tcp/1",
          "/ip6/ff02::1/tcp/1", "/ip6/fe80::1/tcp/1", "/ip6/::ffff:127.0.0.1/tcp/1", "/ip4/10.0.0.1/tcp/1/ws",
          "/memory/1"})
      REQUIRE_FALSE(taken(bad, loopback));
  }
  REQUIRE(taken("/ip4/127.0.0.1/tcp/1", true));
  REQUIRE(taken("/ip6/::1/tcp/1", true));
  REQUIRE_FALSE(taken("/ip4/127.9.9.9/tcp/1", false));
  REQUIRE_FALSE(taken("/ip6/::1/tcp/1", false));
  std::vector<multiaddr> many;
  for (int i = 1; i < 10; ++i)
    many.push_back(at("/ip4/10.0.0.1/tcp/" + std::to_string(i)));
  REQUIRE(introducible(many, false).size() == introduction_addresses_max);
}

TEST_CASE("introductions: a stranger cannot make us dial this machine", "[unit][peer]") {
  fixture f;
  f.join(1);
  f.hear(1, {entry(5, "/ip4/127.0.0.1/tcp/22")});
  REQUIRE(f.dialled.empty());
  REQUIRE(f.machine.snapshot().unusable == 1);
  f.join(2, "", true);
  f.hear(2, {entry(5, "/ip4/127.0.0.1/tcp/22")});
  REQUIRE(f.dialled.size() == 1);
}

TEST_CASE("introductions: a signed record is dialled and a forged one costs its sender", "[unit][peer]") {
  fixture f;
  f.join(1);
  const auto key = key_pair::generate();
  const auto record =
    make_signed_peer_record(key, 1, {at("/ip4/10.0.0.7/tcp/7"), at("/ip4/127.0.0.1/tcp/7")});
  f.hear(1, {{key.id(), {}, record}});
  REQUIRE(f.dialled == std::vector{key.id()});
  REQUIRE(f.last == std::vector{at("/ip4/10.0.0.7/tcp/7")});
  f.hear(1, {{number(9), {}, record}});
  REQUIRE(f.forged == 1);
  auto broken = record;
  broken.back() ^= 1;
  f.hear(1, {{key_pair::generate().id(), {at("/ip4/10.0.0.7/tcp/7")}, broken}});
  REQUIRE(f.forged == 2);
  REQUIRE(f.dialled.size() == 1);
  REQUIRE(f.machine.snapshot().forged == 2);
}

TEST_CASE("introductions: a peer makes us dial 64 addresses a minute and no more", "[unit][peer]") {
  fixture f;
  f.join(1);
  for (std::size_t i = 0; i < 200; ++i)
    f.hear(1, {entry(100 + i)});
  REQUIRE(f.addresses <= introductions::dials_per_peer);
  REQUIRE(f.addresses > introductions::dials_per_peer - introduction_addresses_max);
  REQUIRE(f.machine.snapshot().waiting == introductions::waiting_per_peer_max);
  REQUIRE(f.machine.snapshot().crowded > 0);
  const auto first = f.addresses;
  for (const auto& who : std::vector{f.dialled})
    f.machine.ended(who, true, f.now);
  f.pass(60s);
  REQUIRE(f.addresses - first <= introductions::dials_per_peer);
  REQUIRE(f.addresses > first);
  for (std::size_t i = 0; i < 200; ++i) {
    f.hear(1, {entry(400 + i)});
    f.machine.ended(number(400 + i), true, f.now);
  }
  // To leave and come back wins nothing.
  f.machine.left(number(1));
  f.join(1);
  const auto before = f.addresses;
  f.hear(1, {entry(900)});
  REQUIRE(f.addresses == before);
}

TEST_CASE("introductions: many introducers share the budget and the room of the node", "[unit][peer]") {
  fixture f;
  for (std::size_t from = 1; from <= 40; ++from) {
    f.join(from);
    for (std::size_t i = 0; i < introductions::waiting_per_peer_max; ++i)
      f.hear(from, {entry(1000 + from * 100 + i)});
  }
  REQUIRE(f.addresses <= introductions::dials_of_node);
  REQUIRE(f.addresses > introductions::dials_of_node - introduction_addresses_max);
  REQUIRE(f.machine.snapshot().waiting == introductions::waiting_max);
}

TEST_CASE("introductions: no more budgets are remembered than the node has tokens", "[unit][peer]") {
  fixture f;
  std::size_t most = 0;
  for (std::size_t from = 0; from < 4 * introductions::introducers_max; ++from) {
    f.join(from);
    f.hear(from, {entry(5000 + from)});
    f.machine.linked(number(5000 + from));
    f.machine.left(number(from));
    most = std::max(most, f.machine.snapshot().budgets);
  }
  REQUIRE(most == introductions::introducers_max);
  REQUIRE(f.machine.snapshot().crowded == 0);
}

TEST_CASE("introductions: a dial that fails is tried three times and then forgotten", "[unit][peer]") {
  fixture f;
  f.join(1);
  f.hear(1, {entry(5), entry(5)});
  REQUIRE(f.dialled.size() == 1);
  f.miss(5);
  f.pass(4s);
  REQUIRE(f.dialled.size() == 1);
  f.pass(2s);
  REQUIRE(f.dialled.size() == 2);
  f.miss(5);
  f.pass(11s);
  REQUIRE(f.dialled.size() == introductions::attempts_max);
  f.miss(5);
  REQUIRE(f.machine.snapshot().waiting == 0);
  f.pass(60s);
  REQUIRE(f.dialled.size() == introductions::attempts_max);
  REQUIRE_FALSE(f.armed);
}

TEST_CASE("introductions: a wrong address from one peer does not keep out the right one of another",
          "[unit][peer]") {
  fixture f;
  f.join(1);
  f.join(2);
  f.hear(1, {entry(5, "/ip4/10.6.6.6/tcp/1")});
  f.hear(2, {entry(5, "/ip4/10.0.0.5/tcp/1")});
  REQUIRE(f.dialled.size() == 1);
  f.miss(5);
  REQUIRE(f.dialled.size() == 2);
  REQUIRE(f.last == std::vector{at("/ip4/10.0.0.5/tcp/1")});
  f.machine.linked(number(5));
  REQUIRE(f.machine.snapshot().waiting == 0);
}

TEST_CASE("introductions: who is not in session is not heard", "[unit][peer]") {
  fixture f;
  f.hear(1, {entry(5)});
  REQUIRE(f.dialled.empty());
  REQUIRE(f.machine.snapshot().heard == 0);
}
