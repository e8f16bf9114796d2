// SPDX-License-Identifier: BSD-3-Clause
#include "actors/peer/dial_desk.hpp"
#include "actors/peer/dialler.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::peer;
using namespace std::chrono_literals;
using transport::transport_errc;

namespace {

multiaddr address(int port) {
  return multiaddr::parse("/ip4/10.0.0.1/tcp/" + std::to_string(port)).value();
}

peer_id someone(std::uint8_t which) {
  bytes multihash(38, which);
  multihash[0] = 0x00;
  multihash[1] = 36;
  return *peer_id::from_multihash(multihash);
}

struct seen {
  std::size_t dials = 0;
  std::size_t addresses = 0;
  std::optional<duration> wait;
};

seen drained(dialler& machine) {
  seen all;
  while (auto effect = machine.poll()) {
    if (const auto* dial = std::get_if<dialler::dial>(&*effect)) {
      ++all.dials;
      all.addresses = dial->addresses.size();
    } else if (const auto* timer = std::get_if<arm>(&*effect)) {
      all.wait = timer->after;
    }
  }
  return all;
}

time_point at(duration after) {
  return time_point{} + after;
}

std::vector<transport::dial_request> requests(dial_desk& desk) {
  std::vector<transport::dial_request> all;
  while (auto effect = desk.poll())
    if (auto* request = std::get_if<transport::dial_request>(&*effect))
      all.push_back(std::move(*request));
  return all;
}

} // namespace

TEST_CASE("dialler: dials once when kept and not again before the outcome", "[unit][peer]") {
  dialler machine{random_stream{1}};
  machine.learn({address(1)});
  REQUIRE(drained(machine).dials == 0);
  machine.keep({address(2)}, at(0s));
  const auto first = drained(machine);
  REQUIRE(first.dials == 1);
  REQUIRE(first.addresses == 2);
  machine.keep({address(2)}, at(1s));
  REQUIRE(drained(machine).dials == 0);
}

TEST_CASE("dialler: waits longer after each failure up to 30 s with jitter and never gives up",
          "[unit][peer]") {
  dialler machine{random_stream{1}};
  machine.keep({address(1)}, at(0s));
  drained(machine);
  duration last{};
  for (int i = 0; i < 50; ++i) {
    machine.dial_ended(false, at(i * 1min));
    const auto wait = drained(machine).wait;
    REQUIRE(wait);
    REQUIRE(*wait >= 200ms);
    REQUIRE(*wait <= 37'500ms);
    if (i < 7)
      REQUIRE(*wait > last);
    last = *wait;
    machine.expire(dialler::redial_timer, at(i * 1min + *wait));
    REQUIRE(drained(machine).dials == 1);
  }
  REQUIRE(last >= 30s);
}

TEST_CASE("dialler: redials after loss and starts over after a healthy link", "[unit][peer]") {
  dialler machine{random_stream{1}};
  machine.keep({address(1)}, at(0s));
  for (int i = 0; i < 6; ++i) {
    machine.dial_ended(false, at(0s));
    machine.expire(dialler::redial_timer, at(0s));
  }
  machine.dial_ended(true, at(0s));
  machine.linked(at(0s));
  drained(machine);
  machine.unlinked(at(1s)); // too short to count as healthy
  REQUIRE(*drained(machine).wait > 2s);
  machine.expire(dialler::redial_timer, at(10s));
  machine.dial_ended(true, at(10s));
  machine.linked(at(10s));
  drained(machine);
  machine.unlinked(at(60s));
  REQUIRE(*drained(machine).wait <= 250ms);
}

TEST_CASE("dialler: an inbound link stops the waiting and a forgotten peer is not redialled",
          "[unit][peer]") {
  dialler machine{random_stream{1}};
  machine.keep({address(1)}, at(0s));
  machine.dial_ended(false, at(0s));
  machine.linked(at(0s));
  drained(machine);
  machine.expire(dialler::redial_timer, at(1s));
  REQUIRE(drained(machine).dials == 0);
  machine.forget();
  machine.unlinked(at(2s));
  REQUIRE_FALSE(drained(machine).wait);
}

TEST_CASE("dialler: does not dial while held", "[unit][peer]") {
  dialler machine{random_stream{1}};
  machine.hold(at(5min), at(0s));
  machine.keep({address(1)}, at(0s));
  const auto held = drained(machine);
  REQUIRE(held.dials == 0);
  REQUIRE(*held.wait >= 5min);
  machine.keep({address(2)}, at(1s));
  REQUIRE(drained(machine).dials == 0);
  machine.expire(dialler::redial_timer, at(5min));
  REQUIRE(drained(machine).dials == 1);
}

TEST_CASE("dialler: keeps at most 32 known addresses and no double", "[unit][peer]") {
  std::vector<multiaddr> all;
  REQUIRE(merge_addresses(all, {address(1), address(1)}));
  REQUIRE(all.size() == 1);
  REQUIRE_FALSE(merge_addresses(all, {address(1), multiaddr{}}));
  for (int i = 0; i < 40; ++i)
    merge_addresses(all, {address(100 + i)});
  REQUIRE(all.size() == 32);
}

TEST_CASE("dial desk: bounds the dials under way and serves the others in order", "[unit][peer]") {
  dial_desk desk{random_stream{1}, 2};
  for (std::uint8_t i = 0; i < 4; ++i)
    REQUIRE(desk.dial_for_peer(someone(i), {address(i)}));
  const auto first = requests(desk);
  REQUIRE(first.size() == 2);
  REQUIRE(desk.missed(first[0].id, transport_errc::dial_failed, {})->who == someone(0));
  const auto next = requests(desk);
  REQUIRE(next.size() == 1);
  REQUIRE(next[0].wanted == someone(2));
  REQUIRE(desk.under_way() == 2);
  REQUIRE_FALSE(desk.missed(first[0].id, transport_errc::dial_failed, {}));
}

TEST_CASE("dial desk: an address of nobody in particular is redialled until somebody answers",
          "[unit][peer]") {
  dial_desk desk{random_stream{1}, 8};
  REQUIRE(desk.keep_unknown({address(1)}, {}));
  auto asked = requests(desk);
  REQUIRE(asked.size() == 1);
  REQUIRE_FALSE(asked[0].wanted);
  REQUIRE(desk.missed(asked[0].id, transport_errc::dial_failed, {})->addresses == std::vector{address(1)});
  REQUIRE(requests(desk).empty());
  desk.expire(timer_id{1}, at(1s));
  asked = requests(desk);
  REQUIRE(asked.size() == 1);
  const auto owner = desk.reached(asked[0].id, someone(5), {});
  REQUIRE(owner->what == dial_desk::kind::unknown);
  REQUIRE(owner->who == someone(5));
  REQUIRE(owner->addresses == std::vector{address(1)});
  desk.expire(timer_id{1}, at(10s));
  REQUIRE(requests(desk).empty());
}

TEST_CASE("dial desk: gives up an address that leads to ourselves", "[unit][peer]") {
  dial_desk desk{random_stream{1}, 8};
  desk.keep_unknown({address(1)}, {});
  const auto asked = requests(desk);
  REQUIRE(desk.missed(asked[0].id, transport_errc::self_dial, {})->addresses.size() == 1);
  desk.expire(timer_id{1}, at(10s));
  REQUIRE(requests(desk).empty());
}

TEST_CASE("dial desk: caps what it keeps and what waits", "[unit][peer]") {
  dial_desk desk{random_stream{1}, 1};
  for (std::size_t i = 0; i < dial_desk::unknown_max; ++i)
    REQUIRE(desk.keep_unknown({address(1)}, {}));
  REQUIRE_FALSE(desk.keep_unknown({address(1)}, {}));
  std::size_t taken = 0;
  while (desk.dial_for_peer(someone(1), {address(1)}))
    ++taken;
  REQUIRE(taken <= dial_desk::waiting_max);
  REQUIRE_FALSE(desk.dial_for_stream(someone(1), {}));
}
