// SPDX-License-Identifier: BSD-3-Clause
// Whom a node finds again after a restart: a few, written rarely, and none pushed out by strangers.
#include "actors/peer/remembered_peers.hpp"

#include "actors/peer/peer_records.hpp"
#include "actors/store/memory_record_store.hpp"
#include "tests/support/sim_nodes.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace troupe;
using namespace troupe::peer;
using test::numbered_peer;
using namespace std::chrono_literals;

namespace {

multiaddr address(std::size_t port) {
  return *multiaddr::parse("/ip4/10.0.0.1/tcp/" + std::to_string(port));
}

peer_id numbered(std::size_t number) {
  return numbered_peer(static_cast<std::uint8_t>(number));
}

struct scene {
  void meet(std::size_t number, bool dialled = true) { meet(number, {address(1000 + number)}, dialled); }
  void meet(std::size_t number, const std::vector<multiaddr>& where, bool dialled = true) {
    machine.met(numbered(number), where, dialled, now);
    drain();
  }
  /// What is written once the timer fires, if one was armed.
  std::optional<std::vector<known_peer>> written() {
    if (!wakes)
      return std::nullopt;
    now = *std::exchange(wakes, std::nullopt);
    machine.expire(remembered_peers::write_timer, now);
    drain();
    return std::exchange(last, std::nullopt);
  }
  void drain() {
    while (auto effect = machine.poll())
      if (const auto* timer = std::get_if<arm>(&*effect))
        wakes = now + timer->after;
      else
        last = std::get<remembered_peers::write>(*effect).peers;
  }
  std::vector<peer_id> known() const {
    std::vector<peer_id> all;
    for (const auto& one : machine.peers())
      all.push_back(one.peer);
    return all;
  }

  remembered_peers machine;
  time_point now{1h};
  std::optional<time_point> wakes;
  std::optional<std::vector<known_peer>> last;
};

} // namespace

TEST_CASE("remembered peers: changes are written together after a while and then at most once a minute",
          "[unit][peer]") {
  scene at;
  at.meet(1);
  at.meet(2);
  REQUIRE(at.wakes == at.now + remembered_peers::written_after);
  const auto first = at.written();
  REQUIRE(first);
  REQUIRE(first->size() == 2);
  const known_peer second{numbered(2), {address(1002)}, {}};
  CHECK(first->front() == second);
  at.meet(1); // met again where it was: nothing new to write
  CHECK_FALSE(at.wakes);
  at.now += 10s;
  at.meet(1, {address(7)});
  REQUIRE(at.wakes == at.now + remembered_peers::between_writes - 10s);
  CHECK(at.written()->front().addresses == std::vector<multiaddr>{address(7)});
  at.now += 2min;
  at.machine.forget(numbered(1), at.now);
  at.drain();
  CHECK(at.wakes == at.now + remembered_peers::written_after);
  CHECK(at.written()->size() == 1);
  at.machine.forget(numbered(9), at.now);
  at.drain();
  CHECK_FALSE(at.wakes);
}

TEST_CASE("remembered peers: there are 16 at most and strangers push out no one that was dialled",
          "[unit][peer]") {
  scene at;
  for (std::size_t i = 0; i < remembered_peers::peers_max; ++i)
    at.meet(i, i % 2 == 0);
  for (std::size_t i = 100; i < 200; ++i)
    at.meet(i, false);
  const auto known = at.known();
  REQUIRE(known.size() == remembered_peers::peers_max);
  for (std::size_t i = 0; i < remembered_peers::peers_max; i += 2)
    CHECK(std::ranges::count(known, numbered(i)) == 1);
  CHECK(known.front() == numbered(199));
  for (std::size_t i = 200; i < 200 + remembered_peers::peers_max; ++i)
    at.meet(i); // dialled: the oldest makes room
  CHECK(at.known().back() == numbered(200));
  at.meet(99, false);
  CHECK(std::ranges::count(at.known(), numbered(99)) == 0);
  CHECK(at.written()->size() == remembered_peers::peers_max);
}

TEST_CASE("remembered peers: addresses are few and short and a peer without one is left out",
          "[unit][peer]") {
  scene at;
  at.meet(1, std::vector<multiaddr>{});
  at.meet(2, {multiaddr{}});
  at.meet(3, {*multiaddr::parse("/dns4/" + std::string(80, 'a') + "/tcp/1")});
  CHECK(at.known().empty());
  CHECK_FALSE(at.wakes);
  at.meet(4, {address(1), address(2), address(3), address(4), address(5)});
  CHECK(at.machine.peers().front().addresses.size() == introduction_addresses_max);
}

TEST_CASE("remembered peers: what was not written when the owner ended is written by the next one",
          "[unit][peer]") {
  scene at;
  at.meet(1);
  at.wakes.reset();
  at.machine.start(at.now);
  at.drain();
  REQUIRE(at.written());
  at.machine.start(at.now);
  at.drain();
  CHECK_FALSE(at.wakes);
}

TEST_CASE("peer records: the remembered ones come back from the store", "[unit][peer]") {
  store::memory_record_store records;
  REQUIRE(read_peers(records).value().empty());
  scene at;
  for (std::size_t i = 0; i < 30; ++i)
    at.meet(i, {address(1), address(2), address(3), address(4)});
  REQUIRE(records.write({record_of(at.machine.peers())}));
  CHECK(read_peers(records).value() == at.machine.peers());
  CHECK(remembered_peers{read_peers(records).value()}.peers() == at.machine.peers());
  REQUIRE(records.write({record_of({})}));
  CHECK(read_peers(records).value().empty());
}

TEST_CASE("peer records: a damaged or strange record is said and not used", "[unit][peer]") {
  store::memory_record_store records;
  scene at;
  at.meet(1);
  REQUIRE(records.write({record_of(at.machine.peers())}));
  REQUIRE(records.sync());
  REQUIRE(records.flip(to_bytes(as_bytes("peers")), 20, 2));
  CHECK_THAT(read_peers(records).error().text, Catch::Contains("cannot be read"));
  REQUIRE(records.write({{to_bytes(as_bytes("peers")), bytes(40, 7)}}));
  CHECK_THAT(read_peers(records).error().text, Catch::Contains("none of this troupe's"));
}
