// SPDX-License-Identifier: BSD-3-Clause
// The contract, part two: order, credit and independence of lanes.
#include "messages/crypto/sha256.hpp"
#include "tests/support/link_contract.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace troupe::test {

using namespace transport;

namespace {

const std::string bulk = "/contract/bulk/1";
const std::string stuck = "/contract/stuck/1";
constexpr std::size_t window_initial = 256 * 1024; // as in yamux, whatever window_max says

std::size_t received(const lane_log& log) {
  return log->with([](const lane_record& r) { return r.received.size(); });
}

void write_pattern(lane& to, std::size_t size, std::size_t piece) {
  for (std::size_t at = 0; at < size; at += piece)
    to.write(chunk::copy_of(pattern(at, std::min(piece, size - at))));
}

struct bulk_nodes {
  started_nodes nodes;
  lane_server server;
  started_nodes::ends ends;

  bulk_nodes(link_harness& on, protocol_limits limits = {}, probe_options there = {}) : nodes(on) {
    on.node(1).mount(server.offer({bulk}, limits, std::move(there)));
    ends = nodes.connect(0, 1);
  }
  struct pair {
    lane_ptr lane;
    lane_log log;
    lane_log served;
  };
  pair open(probe_options here = {}) {
    pair made{nullptr, make_lane_log(), nullptr};
    const auto before = server.count();
    made.lane = nodes.open(ends.dialler, {bulk}, made.log, std::move(here));
    REQUIRE(made.lane);
    REQUIRE(nodes.harness.pump_until([&] { return server.count() == before + 1; }));
    made.served = server.at(before);
    return made;
  }
};

void is_fifo_without_loss_or_duplicate(link_harness& on) {
  bulk_nodes bulk_ends{on};
  const auto one = bulk_ends.open();
  constexpr std::size_t size = 400'000;
  std::size_t at = 0;
  for (std::size_t piece = 1; at < size; piece = piece * 3 % 9973 + 1) {
    const auto n = std::min(piece, size - at);
    one.lane->write(chunk::copy_of(pattern(at, n)));
    at += n;
  }
  one.lane->finish();
  REQUIRE(on.pump_until([&] { return one.served->with([](const lane_record& r) { return r.finished; }); }));
  CHECK(one.served->with([](const lane_record& r) { return r.received == pattern(0, size); }));
  CHECK(one.served->with([](const lane_record& r) { return r.violations.empty() && r.turns > 0; }));
}

void drains_what_was_written(link_harness& on) {
  bulk_nodes bulk_ends{on};
  const auto one = bulk_ends.open();
  write_pattern(*one.lane, 700'001, 65'000);
  one.lane->finish();
  REQUIRE(on.pump_until([&] { return one.served->with([](const lane_record& r) { return r.finished; }); }));
  const auto other = one.served->with([](const lane_record& r) { return r.self; });
  write_pattern(*other, 1234, 100);
  other->finish();
  REQUIRE(bulk_ends.nodes.wait_closed(one.log));
  REQUIRE(bulk_ends.nodes.wait_closed(one.served));
  CHECK(one.log->with([](const lane_record& r) { return r.drained; }) == 700'001);
  CHECK(one.served->with([](const lane_record& r) { return r.drained; }) == 1234);
  CHECK(one.log->with([](const lane_record& r) { return r.violations.empty(); }));
}

void never_exceeds_the_window(link_harness& on) {
  constexpr std::size_t size = 2u << 20;
  bulk_nodes bulk_ends{on, {}, {.grants = false}};
  const auto one = bulk_ends.open();
  write_pattern(*one.lane, size, 50'000);
  REQUIRE(bulk_ends.nodes.wait_received(one.served, window_initial));
  on.pump_a_while();
  CHECK(received(one.served) == window_initial);
  // Credit comes back from outside the handler, bit by bit.
  const auto other = one.served->with([](const lane_record& r) { return r.self; });
  std::size_t granted = 0;
  while (granted < size) {
    const auto come = received(one.served);
    const auto more = std::min<std::size_t>(come - granted, 200'000);
    one.served->with([&](lane_record& r) { r.granted += more; });
    other->grant(more);
    granted += more;
    if (granted < size)
      REQUIRE(on.pump_until([&] { return received(one.served) > granted; }));
  }
  CHECK(one.served->with([](const lane_record& r) { return r.received == pattern(0, size); }));
  CHECK(one.served->with([](const lane_record& r) { return r.unconsumed_peak; }) <=
        protocol_limits{}.window_max);
}

void keeps_to_window(link_harness& on, std::size_t window_max) {
  constexpr std::size_t size = 3u << 20;
  bulk_nodes bulk_ends{on, {.window_max = window_max}};
  const auto one = bulk_ends.open();
  write_pattern(*one.lane, size, 64 * 1024);
  REQUIRE(bulk_ends.nodes.wait_received(one.served, size));
  CHECK(one.served->with([](const lane_record& r) { return r.unconsumed_peak; }) <= window_max);
}

void keeps_to_a_narrow_window(link_harness& on) {
  keeps_to_window(on, window_initial);
}

void keeps_to_a_wide_window(link_harness& on) {
  keeps_to_window(on, std::size_t{1} << 20);
}

void does_not_let_a_stuck_consumer_stall_others(link_harness& on) {
  bulk_nodes bulk_ends{on};
  lane_server stuck_server;
  on.node(1).mount(stuck_server.offer({stuck}, {}, {.grants = false}));
  const auto log = make_lane_log();
  const auto blocked = bulk_ends.nodes.open(bulk_ends.ends.dialler, {stuck}, log);
  REQUIRE(blocked);
  write_pattern(*blocked, 1u << 20, 64 * 1024);
  constexpr std::size_t size = 2u << 20;
  const auto first = bulk_ends.open();
  const auto second = bulk_ends.open();
  write_pattern(*first.lane, size, 64 * 1024);
  write_pattern(*second.lane, size, 10'000);
  CHECK(bulk_ends.nodes.wait_received(first.served, size));
  CHECK(bulk_ends.nodes.wait_received(second.served, size));
  CHECK(received(stuck_server.at(0)) == window_initial);
}

void moves_megabytes_both_ways(link_harness& on) {
  constexpr std::size_t size = 2u << 20;
  bulk_nodes bulk_ends{on};
  const auto one = bulk_ends.open();
  const auto other = one.served->with([](const lane_record& r) { return r.self; });
  const auto sent = pattern(0, size);
  write_pattern(*one.lane, size, 64 * 1024);
  write_pattern(*other, size, 100'000);
  REQUIRE(bulk_ends.nodes.wait_received(one.served, size));
  REQUIRE(bulk_ends.nodes.wait_received(one.log, size));
  const auto expected_digest = sha256(sent);
  CHECK(one.served->with([](const lane_record& r) { return sha256(r.received); }) == expected_digest);
  CHECK(one.log->with([](const lane_record& r) { return sha256(r.received); }) == expected_digest);
}

void opens_lanes_up_to_the_peers_limit(link_harness& on) {
  bulk_nodes bulk_ends{on, {.inbound_per_peer = 5}};
  std::vector<bulk_nodes::pair> open;
  for (std::size_t i = 0; i < 5; ++i)
    open.push_back(bulk_ends.open());
  const auto log = make_lane_log();
  bulk_ends.ends.dialler->open({bulk}, make_probe(log));
  REQUIRE(bulk_ends.nodes.wait_closed(log));
  CHECK(log->with([](const lane_record& r) { return r.closed; }) == transport_errc::lane_reset);
  CHECK(bulk_ends.server.count() == 5);
  // A place that becomes free can be taken, and the others never noticed.
  open[2].lane->reset();
  REQUIRE(bulk_ends.nodes.wait_closed(open[2].served));
  bulk_ends.open();
  open[4].lane->write(chunk::copy_of(pattern(0, 9)));
  CHECK(bulk_ends.nodes.wait_received(open[4].served, 9));
}

void opens_lanes_up_to_our_own_limit(link_harness& on) {
  bulk_nodes bulk_ends{on};
  lane_server unused;
  on.node(0).mount(unused.offer({bulk}, {.outbound_per_peer = 2}));
  bulk_ends.open();
  const auto second = bulk_ends.open();
  const auto log = make_lane_log();
  bulk_ends.ends.dialler->open({bulk}, make_probe(log));
  REQUIRE(bulk_ends.nodes.wait_closed(log));
  CHECK(log->with([](const lane_record& r) { return r.closed; }) == transport_errc::too_many_lanes);
  second.lane->reset();
  REQUIRE(bulk_ends.nodes.wait_closed(second.log));
  bulk_ends.open();
}

void sends_what_is_queued_before_a_goodbye(link_harness& on) {
  bulk_nodes bulk_ends{on};
  const auto one = bulk_ends.open();
  constexpr std::size_t size = 1u << 20;
  write_pattern(*one.lane, size, 64 * 1024);
  bulk_ends.ends.dialler->close(transport_errc::closed_locally);
  CHECK(bulk_ends.nodes.wait_down(0, bulk_ends.ends.dialler->id()) == transport_errc::closed_locally);
  CHECK(bulk_ends.nodes.wait_down(1, bulk_ends.ends.listener->id()) == transport_errc::closed_remotely);
  CHECK(one.served->with([](const lane_record& r) { return r.received == pattern(0, size); }));
  CHECK(one.log->with([](const lane_record& r) { return r.closed; }) == transport_errc::link_closed);
  CHECK(one.served->with([](const lane_record& r) { return r.closed; }) == transport_errc::link_closed);
}

void ends_all_lanes_with_the_link(link_harness& on) {
  bulk_nodes bulk_ends{on};
  const auto first = bulk_ends.open();
  const auto second = bulk_ends.open();
  bulk_ends.ends.listener->close(transport_errc::misbehaved);
  CHECK(bulk_ends.nodes.wait_down(1, bulk_ends.ends.listener->id()) == transport_errc::misbehaved);
  const auto why = bulk_ends.nodes.wait_down(0, bulk_ends.ends.dialler->id());
  CHECK((why == transport_errc::closed_remotely || why == transport_errc::connection_lost));
  for (const auto& log : {first.log, first.served, second.log, second.served})
    CHECK(log->with([](const lane_record& r) { return r.closed; }) == transport_errc::link_closed);
  const auto late = make_lane_log();
  bulk_ends.ends.dialler->open({bulk}, make_probe(late));
  REQUIRE(bulk_ends.nodes.wait_closed(late));
  CHECK(late->with([](const lane_record& r) { return r.closed; }) == transport_errc::link_closed);
  // What is left are inert handles.
  first.lane->write(chunk::copy_of(pattern(0, 10)));
  first.lane->grant(10);
  first.lane->finish();
  first.lane->reset();
  bulk_ends.ends.dialler->close(transport_errc::closed_locally);
  on.pump_a_while();
}

} // namespace

std::vector<link_contract_case> flow_contract() {
  return {{"a lane is fifo without loss or duplicate", is_fifo_without_loss_or_duplicate},
          {"a lane drains what was written", drains_what_was_written},
          {"unconsumed bytes never exceed the window", never_exceeds_the_window},
          {"a narrow window is kept to", keeps_to_a_narrow_window},
          {"a wide window is kept to", keeps_to_a_wide_window},
          {"a stuck consumer does not stall others", does_not_let_a_stuck_consumer_stall_others},
          {"megabytes move both ways", moves_megabytes_both_ways},
          {"lanes open up to the peer's limit", opens_lanes_up_to_the_peers_limit},
          {"lanes open up to our own limit", opens_lanes_up_to_our_own_limit},
          {"what is queued is sent before a goodbye", sends_what_is_queued_before_a_goodbye},
          {"all lanes end with the link", ends_all_lanes_with_the_link}};
}

} // namespace troupe::test
