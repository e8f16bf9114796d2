// SPDX-License-Identifier: BSD-3-Clause
// A yamux session against a well-behaved peer: another session, back to back.
#include "tests/support/yamux_pair.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace troupe;
using namespace troupe::test;
using namespace troupe::transport;
using namespace troupe::transport::yamux;

namespace {

chunk_ptr chunk_of(std::size_t size, std::uint8_t fill = 7) {
  return chunk::copy_of(bytes(size, fill));
}

std::vector<header> frames_of(byte_view data) {
  return parse_frames(data).value().frames;
}

} // namespace

TEST_CASE("yamux session: bytes arrive in order both ways", "[unit][yamux]") {
  yamux_pair pair;
  const auto id = pair.dialer.session.open();
  REQUIRE(id == 1);
  pair.dialer.session.write(id, chunk::copy_of(as_bytes("hello ")));
  pair.dialer.session.write(id, chunk::copy_of(as_bytes("there")));
  REQUIRE(pair.run() == transport_errc::none);
  REQUIRE(as_text(pair.listener.received[id]) == "hello there");
  pair.listener.session.write(id, chunk::copy_of(as_bytes("and back")));
  REQUIRE(pair.run() == transport_errc::none);
  REQUIRE(as_text(pair.dialer.received[id]) == "and back");
}

TEST_CASE("yamux session: the listener opens even ids", "[unit][yamux]") {
  yamux_pair pair;
  REQUIRE(pair.listener.session.open() == 2);
  REQUIRE(pair.listener.session.open() == 4);
  pair.listener.session.write(4, chunk_of(3));
  REQUIRE(pair.run() == transport_errc::none);
  REQUIRE(pair.dialer.received[4].size() == 3);
}

TEST_CASE("yamux session: data rides with SYN and the answer with ACK", "[unit][yamux]") {
  yamux_pair pair;
  pair.dialer.session.write(pair.dialer.session.open(), chunk_of(5));
  const auto first = pair.dialer.output();
  REQUIRE(frames_of(first) == std::vector<header>{{frame_type::data, flag::syn, 1, 5}});
  pair.listener.take(first, pair.now);
  pair.listener.session.write(1, chunk_of(4));
  REQUIRE(frames_of(pair.listener.output()) == std::vector<header>{{frame_type::data, flag::ack, 1, 4}});
}

TEST_CASE("yamux session: a silent acceptor acknowledges with a window update", "[unit][yamux]") {
  yamux_pair pair;
  pair.dialer.session.write(pair.dialer.session.open(), chunk_of(5));
  pair.listener.take(pair.dialer.output(), pair.now);
  REQUIRE(frames_of(pair.listener.output()) ==
          std::vector<header>{{frame_type::window_update, flag::ack, 1, 0}});
}

TEST_CASE("yamux session: credit announced early rides with the acknowledgement", "[unit][yamux]") {
  yamux_pair pair;
  pair.dialer.session.write(pair.dialer.session.open(), chunk_of(40));
  pair.listener.take(pair.dialer.output(), pair.now);
  pair.listener.session.grant(1, 40, pair.now);
  pair.listener.session.announce(1);
  REQUIRE(frames_of(pair.listener.output()) == std::vector<header>{{frame_type::window_update, flag::ack, 1, 40}});
  pair.listener.session.announce(1);
  REQUIRE(pair.listener.output().empty());
}

TEST_CASE("yamux session: half-close delivers what was queued and leaves the other half open",
          "[unit][yamux]") {
  yamux_pair pair;
  const auto id = pair.dialer.session.open();
  pair.dialer.session.write(id, chunk_of(100));
  pair.dialer.session.finish(id);
  pair.dialer.session.write(id, chunk_of(1)); // ignored
  REQUIRE(pair.run() == transport_errc::none);
  REQUIRE(pair.listener.received[id].size() == 100);
  REQUIRE(pair.listener.count(event_kind::finished) == 1);
  REQUIRE(pair.listener.count(event_kind::ended) == 0);
  pair.listener.session.write(id, chunk_of(50));
  pair.listener.session.finish(id);
  REQUIRE(pair.run() == transport_errc::none);
  REQUIRE(pair.dialer.received[id].size() == 50);
  REQUIRE(pair.dialer.count(event_kind::ended) == 1);
  REQUIRE(pair.listener.count(event_kind::ended) == 1);
  REQUIRE_FALSE(pair.dialer.session.has(id));
  REQUIRE_FALSE(pair.listener.session.has(id));
  REQUIRE(pair.listener.budget.used() == 0);
}

TEST_CASE("yamux session: reset ends both ends and frees the budget", "[unit][yamux]") {
  yamux_pair pair;
  const auto id = pair.dialer.session.open();
  pair.dialer.session.write(id, chunk_of(100));
  REQUIRE(pair.run() == transport_errc::none);
  pair.dialer.session.write(id, chunk_of(100));
  pair.dialer.session.reset(id);
  REQUIRE(pair.run() == transport_errc::none);
  REQUIRE(pair.listener.count(event_kind::reset) == 1);
  REQUIRE(pair.listener.received[id].size() == 100);
  REQUIRE(pair.dialer.budget.used() == 0);
  REQUIRE(pair.listener.budget.used() == 0);
}

TEST_CASE("yamux session: a stream nobody heard of is reset without a word", "[unit][yamux]") {
  yamux_pair pair;
  pair.dialer.session.reset(pair.dialer.session.open());
  REQUIRE(pair.dialer.output().empty());
}

TEST_CASE("yamux session: a sender stops at the window and goes on with the consumer's credit",
          "[unit][yamux]") {
  yamux_pair pair;
  const auto id = pair.dialer.session.open();
  for (int i = 0; i < 10; ++i)
    pair.dialer.session.write(id, chunk_of(50'000));
  REQUIRE(pair.run() == transport_errc::none);
  REQUIRE(pair.listener.received[id].size() == initial_window);
  pair.listener.session.grant(id, initial_window / 2 - 1, pair.now);
  REQUIRE(pair.run() == transport_errc::none);
  REQUIRE(pair.listener.received[id].size() == initial_window);
  pair.listener.session.grant(id, 1, pair.now);
  REQUIRE(pair.run() == transport_errc::none);
  REQUIRE(pair.listener.received[id].size() == initial_window + initial_window / 2);
}

TEST_CASE("yamux session: a stuck consumer stops its own stream only", "[unit][yamux]") {
  yamux_pair pair;
  const auto stuck = pair.dialer.session.open();
  const auto moving = pair.dialer.session.open();
  for (int i = 0; i < 8; ++i) {
    pair.dialer.session.write(stuck, chunk_of(60'000));
    pair.dialer.session.write(moving, chunk_of(60'000));
    REQUIRE(pair.run() == transport_errc::none);
    pair.listener.session.grant(moving, 60'000, pair.now);
  }
  REQUIRE(pair.run() == transport_errc::none);
  REQUIRE(pair.listener.received[stuck].size() == initial_window);
  REQUIRE(pair.listener.received[moving].size() == 480'000);
}

TEST_CASE("yamux session: streams with data take turns", "[unit][yamux]") {
  yamux_pair pair;
  const auto bulk = pair.dialer.session.open();
  const auto other = pair.dialer.session.open();
  for (int i = 0; i < 4; ++i)
    pair.dialer.session.write(bulk, chunk_of(frame_payload_max - 64));
  pair.dialer.session.write(other, chunk_of(10));
  std::vector<std::uint32_t> order;
  for (const auto& frame : frames_of(pair.dialer.output()))
    order.push_back(frame.stream);
  // One more frame fits into the first turn, which is counted in bytes.
  REQUIRE(order.size() >= 4);
  REQUIRE(order[0] == bulk);
  REQUIRE(std::find(order.begin(), order.begin() + 3, other) != order.begin() + 3);
}

TEST_CASE("yamux session: a chunk is cut at the frame limit and its bytes are not touched", "[unit][yamux]") {
  yamux_pair pair;
  const auto id = pair.dialer.session.open();
  const auto big = chunk_of(200'000);
  pair.dialer.session.write(id, big);
  REQUIRE(pair.run() == transport_errc::none);
  REQUIRE(pair.listener.received[id] == bytes(200'000, 7));
  REQUIRE(big->view()[0] == 7);
}

TEST_CASE("yamux session: a window grows with a quick consumer up to the stream's limit", "[unit][yamux]") {
  yamux_pair pair;
  pair.one_way = std::chrono::milliseconds{5};
  pair.listener.session.ping(pair.now);
  REQUIRE(pair.run() == transport_errc::none);
  REQUIRE(pair.listener.session.round_trip() == duration{std::chrono::milliseconds{10}});
  const auto id = pair.dialer.session.open();
  pair.dialer.session.write(id, chunk_of(1));
  REQUIRE(pair.run() == transport_errc::none);
  pair.listener.session.limit_window(id, 512 * 1024);
  pair.listener.session.grant(id, 1, pair.now);
  for (int i = 0; i < 40; ++i) {
    pair.dialer.session.write(id, chunk_of(65'536));
    const auto before = pair.listener.received[id].size();
    REQUIRE(pair.run() == transport_errc::none);
    pair.listener.session.grant(id, pair.listener.received[id].size() - before, pair.now);
  }
  REQUIRE(pair.listener.budget.used() == 512 * 1024);
}

TEST_CASE("yamux session: go-away stops new streams and keeps the old ones", "[unit][yamux]") {
  yamux_pair pair;
  const auto id = pair.dialer.session.open();
  pair.dialer.session.write(id, chunk_of(1));
  REQUIRE(pair.run() == transport_errc::none);
  pair.listener.session.go_away(go_away_reason::normal);
  REQUIRE(pair.run() == transport_errc::none);
  REQUIRE(pair.dialer.count(event_kind::gone_away) == 1);
  REQUIRE(pair.dialer.session.open() == 0);
  pair.dialer.session.write(id, chunk_of(9));
  REQUIRE(pair.run() == transport_errc::none);
  REQUIRE(pair.listener.received[id].size() == 10);
}
