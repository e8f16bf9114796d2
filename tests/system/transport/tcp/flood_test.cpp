// SPDX-License-Identifier: BSD-3-Clause
// 10,000 half-open connections held open, from many hosts, with the limits a network has by default. Goal:
// the cap on unfinished handshakes holds, memory stays flat, an honest peer gets in meanwhile, and time frees
// the rest. Method: sockets from 127.0.1.x, of which every second stops in the TLS handshake.
#include "tests/system/support/memory_use.hpp"
#include "tests/system/support/tcp_nodes.hpp"
#include "tests/system/support/wire_peer.hpp"

#include <catch2/catch.hpp>

#include <sys/resource.h>

using namespace troupe;
using namespace troupe::test;
using namespace troupe::transport;

namespace {

constexpr std::size_t per_host = 400; // below the burst of 500: the cap is to be hit, not the rate

/// As many as the descriptors allow for, besides what the test itself needs.
std::size_t flood_size() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return std::min<std::size_t>(10'000, limit.rlim_cur > 1'500 ? limit.rlim_cur - 1'000 : 500);
}

std::vector<std::unique_ptr<wire_peer>> half_open(const multiaddr& to, std::size_t from, std::size_t until) {
  bytes stops_in_tls;
  append_proposal(stops_in_tls, tls_protocol);
  const std::uint8_t begun[] = {0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc};
  stops_in_tls.insert(stops_in_tls.end(), std::begin(begun), std::end(begun));
  std::vector<std::unique_ptr<wire_peer>> made;
  for (auto i = from; i < until; ++i) {
    const auto host = "127.0.1." + std::to_string(1 + i / per_host);
    made.push_back(std::make_unique<wire_peer>(to, wire_peer::options{.from = host}));
    if (!made.back()->connected())
      FAIL("cannot connect number " << i);
    if (i % 2 == 0)
      made.back()->send_raw(stops_in_tls);
  }
  return made;
}

} // namespace

TEST_CASE("tcp network: ten thousand half-open connections leave memory flat and an honest peer in",
          "[system][transport][tcp][flood]") {
  tcp_nodes nodes{[](tcp_options& options) { options.phase_timeout = std::chrono::seconds{2}; }};
  started_nodes started{nodes};
  const auto cap = gate_limits{}.inbound_handshakes_max;
  const auto count = flood_size();
  const auto ended = [&](transport_errc why) {
    return nodes.tcp(0).counters().ended[static_cast<std::size_t>(why)];
  };
  // What is held is what was accepted and has not ended, for whatever reason.
  const auto held = [&] {
    const auto counters = nodes.tcp(0).counters();
    std::uint64_t gone = 0;
    for (const auto n : counters.ended)
      gone += n;
    return counters.accepted - gone;
  };
  const auto first = half_open(started.addresses[0], 0, count / 4);
  REQUIRE(wait_for([&] { return nodes.tcp(0).counters().accepted == count / 4; }));
  CHECK(held() <= cap);
  const auto before = resident_bytes();
  const auto rest = half_open(started.addresses[0], count / 4, count);
  const auto honest = started.connect(1, 0);
  CHECK(honest.dialler);
  REQUIRE(wait_for([&] { return nodes.tcp(0).counters().accepted == count + 1; }));
  CHECK(held() <= cap + 1);
  const auto grown = resident_bytes() - std::min(resident_bytes(), before);
  INFO("grown by " << grown << " bytes over " << count - count / 4 << " connections");
  CHECK(grown < 16u << 20);
  CHECK(ended(transport_errc::rate_limited) == 0);
  REQUIRE(wait_for([&] { return held() == 1; }));
  CHECK(ended(transport_errc::too_many_handshakes) + ended(transport_errc::phase_timeout) == count);
  CHECK(ended(transport_errc::phase_timeout) > 0);
  CHECK_FALSE(started.observers[0]->log.with([](const network_record& log) { return !log.downs.empty(); }));
}
