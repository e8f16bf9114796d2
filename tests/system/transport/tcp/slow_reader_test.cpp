// SPDX-License-Identifier: BSD-3-Clause
// A peer that takes nothing of what waits for it. Goal: it costs the sender a bounded number of bytes and a
// bounded time, then its link, and another peer nothing. Method: a hand-driven peer that grants credit and
// never reads, beside an honest network.
#include "tests/system/support/tcp_nodes.hpp"
#include "tests/system/support/wire_peer.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;
using namespace troupe::transport;
using std::chrono::milliseconds;
using yamux::frame_type;

namespace {

const std::string bulk = "/test/bulk/1";
constexpr std::size_t piece = 64 * 1024;

/// Node 0 serves `bulk` to a peer that never reads.
struct slow_stage {
  explicit slow_stage(const std::function<void(tcp_options&)>& adjust)
    : nodes(adjust), started(nodes), slow(started.addresses[0], {.receive_buffer = 16 * 1024}) {
    nodes.node(0).mount(server.offer({bulk}));
    REQUIRE(slow.upgrade());
  }

  /// The serving end of a stream that the slow peer opens; it may be sent `credit` bytes more than 256 KiB.
  lane_log open(std::uint32_t stream, std::uint32_t credit = 0) {
    const auto before = server.count();
    slow.open(stream, bulk);
    slow.send_frame(frame_type::window_update, 0, stream, credit);
    REQUIRE(wait_for([&] { return server.count() == before + 1; }));
    const auto served = server.at(before);
    REQUIRE(wait_for([&] { return self(served) != nullptr; }));
    return served;
  }
  static lane_ptr self(const lane_log& of) {
    return of->with([](const lane_record& r) { return r.self; });
  }
  static std::optional<transport_errc> closed(const lane_log& of) {
    return of->with([](const lane_record& r) { return r.closed; });
  }
  static void write(const lane_log& to, std::size_t size) {
    for (std::size_t at = 0; at < size; at += piece)
      self(to)->write(chunk::copy_of(bytes(std::min(piece, size - at))));
  }
  /// Node 1 sends a megabyte to node 0 and it arrives.
  void honest_peer_is_served() {
    const auto ends = started.connect(1, 0);
    const auto log = make_lane_log();
    const auto before = server.count();
    const auto lane = started.open(ends.dialler, {bulk}, log);
    REQUIRE(lane);
    lane->write(chunk::copy_of(pattern(0, 1u << 20)));
    REQUIRE(wait_for([&] { return server.count() == before + 1; }));
    CHECK(started.wait_received(server.at(before), 1u << 20));
    CHECK_FALSE(closed(log));
    honest = ends.listener->id();
  }
  std::size_t ended(transport_errc why) {
    return nodes.tcp(0).counters().ended[static_cast<std::size_t>(why)];
  }
  std::size_t lanes_ended(transport_errc why) {
    return nodes.tcp(0).counters().lanes_ended[static_cast<std::size_t>(why)];
  }
  bool honest_link_is_up() {
    return started.observers[0]->log.with([&](const network_record& log) {
      return std::none_of(log.downs.begin(), log.downs.end(),
                          [&](const auto& down) { return down.id == honest; });
    });
  }

  tcp_nodes nodes;
  started_nodes started;
  lane_server server;
  wire_peer slow;
  link_id honest;
};

} // namespace

TEST_CASE("tcp network: a peer that never reads is dropped after the stall time and delays nobody",
          "[system][transport][tcp]") {
  slow_stage stage{[](tcp_options& options) { options.stall_timeout = milliseconds{300}; }};
  const auto served = stage.open(1, 1u << 30);
  stage.write(served, 24u << 20);
  stage.honest_peer_is_served();
  REQUIRE(wait_for([&] { return stage.ended(transport_errc::keepalive_timeout) == 1; }));
  CHECK(wait_for([&] { return stage.closed(served).has_value(); }));
  CHECK(stage.closed(served) == transport_errc::link_closed);
  CHECK(stage.honest_link_is_up());
}

TEST_CASE("tcp network: a stream that nobody reads queues up to its bound and ends alone",
          "[system][transport][tcp]") {
  slow_stage stage{[](tcp_options& options) { options.session.send_queue_max = 1u << 20; }};
  const auto full = stage.open(1);
  const auto other = stage.open(3);
  stage.write(full, 2u << 20);
  CHECK(wait_for([&] { return stage.closed(full).has_value(); }));
  CHECK(stage.closed(full) == transport_errc::memory_exceeded);
  CHECK(stage.lanes_ended(transport_errc::memory_exceeded) == 1);
  stage.honest_peer_is_served();
  CHECK_FALSE(stage.closed(other));
}

TEST_CASE("tcp network: all streams of a peer queue no more than the bound of the peer",
          "[system][transport][tcp]") {
  slow_stage stage{[](tcp_options& options) { options.peer_sends_max = 2u << 20; }};
  const auto first = stage.open(1);
  const auto second = stage.open(3);
  stage.write(first, 3u << 19);
  stage.write(second, 3u << 19);
  CHECK(wait_for([&] { return stage.closed(second).has_value(); }));
  CHECK(stage.closed(second) == transport_errc::memory_exceeded);
  CHECK_FALSE(stage.closed(first));
  stage.honest_peer_is_served();
}

TEST_CASE("tcp network: all peers queue no more than the bound of the node", "[system][transport][tcp]") {
  slow_stage stage{[](tcp_options& options) { options.node_sends_max = 2u << 20; }};
  const auto first = stage.open(1);
  stage.write(first, 3u << 19);
  wire_peer other{stage.started.addresses[0]};
  REQUIRE(other.upgrade());
  other.open(1, bulk);
  REQUIRE(wait_for([&] { return stage.server.count() == 2 && stage.self(stage.server.at(1)); }));
  const auto second = stage.server.at(1);
  stage.write(second, 3u << 19);
  CHECK(wait_for([&] { return stage.closed(second).has_value(); }));
  CHECK(stage.closed(second) == transport_errc::memory_exceeded);
  CHECK_FALSE(stage.closed(first));
}

TEST_CASE("tcp network: a peer that asks for answers and never reads them is dropped",
          "[system][transport][tcp]") {
  slow_stage stage{[](tcp_options&) {}};
  bytes pings;
  for (std::uint32_t i = 0; i < 4096; ++i) {
    bytes one(yamux::header_size);
    yamux::encode({frame_type::ping, yamux::flag::syn, 0, i}, one.data());
    pings.insert(pings.end(), one.begin(), one.end());
  }
  for (int i = 0; i < 1000 && stage.ended(transport_errc::memory_exceeded) == 0; ++i)
    stage.slow.send(pings);
  CHECK(wait_for([&] { return stage.ended(transport_errc::memory_exceeded) == 1; }));
  stage.honest_peer_is_served();
}

TEST_CASE("tcp network: a peer that answers no ping is dropped after the keep-alive time",
          "[system][transport][tcp]") {
  slow_stage stage{[](tcp_options& options) {
    options.session.keepalive_idle = milliseconds{200};
    options.session.keepalive_timeout = milliseconds{200};
  }};
  stage.honest_peer_is_served();
  CHECK(wait_for([&] { return stage.ended(transport_errc::keepalive_timeout) == 1; }));
  CHECK(stage.honest_link_is_up());
}
