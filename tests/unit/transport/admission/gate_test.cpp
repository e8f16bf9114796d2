// SPDX-License-Identifier: BSD-3-Clause
#include "transport/admission/gate.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::transport;
using namespace std::chrono_literals;

namespace {

const host_key somewhere = host_of(bytes{192, 0, 2, 1});
const host_key elsewhere = host_of(bytes{192, 0, 2, 2});

gate_limits small() {
  gate_limits limits;
  limits.connections_max = 4;
  limits.inbound_handshakes_max = 2;
  limits.outbound_handshakes_max = 2;
  return limits;
}

} // namespace

TEST_CASE("gate: at the handshake cap the oldest stranger makes room", "[unit][admission]") {
  gate door{small()};
  const time_point now{1h};
  REQUIRE(door.accepted(link_id{1}, somewhere, now).refused == transport_errc::none);
  REQUIRE(door.accepted(link_id{2}, somewhere, now).refused == transport_errc::none);
  const auto third = door.accepted(link_id{3}, somewhere, now);
  REQUIRE(third.refused == transport_errc::none);
  REQUIRE(third.evicted == link_id{1});
  REQUIRE(door.inbound_handshakes() == 2);
  door.gone(link_id{1});
  REQUIRE(door.inbound_handshakes() == 2);
}

TEST_CASE("gate: an authenticated connection is never evicted", "[unit][admission]") {
  gate door{small()};
  const time_point now{1h};
  for (std::uint64_t id = 1; id <= 4; ++id) {
    REQUIRE(door.accepted(link_id{id}, somewhere, now).refused == transport_errc::none);
    door.authenticated(link_id{id});
  }
  const auto fifth = door.accepted(link_id{5}, somewhere, now);
  REQUIRE(fifth.refused == transport_errc::too_many_connections);
  REQUIRE_FALSE(fifth.evicted);
  REQUIRE(door.connections() == 4);
  door.gone(link_id{2});
  REQUIRE(door.accepted(link_id{6}, somewhere, now).refused == transport_errc::none);
}

TEST_CASE("gate: at the connection cap a stranger makes room for a newcomer", "[unit][admission]") {
  gate door{small()};
  const time_point now{1h};
  for (std::uint64_t id = 1; id <= 3; ++id) {
    door.accepted(link_id{id}, somewhere, now);
    door.authenticated(link_id{id});
  }
  door.accepted(link_id{4}, somewhere, now);
  REQUIRE(door.accepted(link_id{5}, somewhere, now).evicted == link_id{4});
  REQUIRE(door.dialling(link_id{6}).evicted == link_id{5});
  REQUIRE(door.accepted(link_id{7}, somewhere, now).refused == transport_errc::too_many_connections);
}

TEST_CASE("gate: dials have a cap of their own and are not evicted by strangers", "[unit][admission]") {
  gate door{small()};
  const time_point now{1h};
  REQUIRE(door.dialling(link_id{1}).refused == transport_errc::none);
  REQUIRE(door.dialling(link_id{2}).refused == transport_errc::none);
  REQUIRE(door.dialling(link_id{3}).refused == transport_errc::too_many_handshakes);
  for (std::uint64_t id = 10; id < 1000; ++id) {
    const auto verdict = door.accepted(link_id{id}, id % 2 ? somewhere : elsewhere, now + id * 20ms);
    REQUIRE(verdict.evicted != link_id{1});
    REQUIRE(verdict.evicted != link_id{2});
  }
  REQUIRE(door.outbound_handshakes() == 2);
  REQUIRE(door.connections() == 4);
  door.authenticated(link_id{1});
  REQUIRE(door.outbound_handshakes() == 1);
  door.gone(link_id{2});
  REQUIRE(door.outbound_handshakes() == 0);
}

TEST_CASE("gate: ten thousand half-open connections leave room for an honest peer", "[unit][admission]") {
  gate door;
  time_point now{1h};
  std::uint64_t id = 1;
  std::size_t refused = 0;
  for (; id <= 10'000; ++id)
    refused += door.accepted(link_id{id}, somewhere, now += 1ms).refused != transport_errc::none;
  REQUIRE(refused > 8'000);
  REQUIRE(door.connections() <= 256);
  REQUIRE(door.accepted(link_id{id}, elsewhere, now).refused == transport_errc::none);
  door.authenticated(link_id{id});
  REQUIRE(door.accepted(link_id{id + 1}, somewhere, now).refused == transport_errc::rate_limited);
  REQUIRE(door.accepted(link_id{id + 1}, somewhere, now + 1s).refused == transport_errc::none);
}

TEST_CASE("gate: a refused connection leaves nothing behind", "[unit][admission]") {
  gate_limits limits = small();
  limits.per_host.burst = 1;
  gate door{limits};
  const time_point now{1h};
  door.accepted(link_id{1}, somewhere, now);
  REQUIRE(door.accepted(link_id{2}, somewhere, now).refused == transport_errc::rate_limited);
  REQUIRE(door.connections() == 1);
  door.gone(link_id{2});
  door.gone(link_id{1});
  REQUIRE(door.connections() == 0);
  REQUIRE(door.inbound_handshakes() == 0);
}
