// SPDX-License-Identifier: BSD-3-Clause
// A yamux session against a peer that breaks the rules or asks for too much: each limit is hit here.
#include "tests/support/yamux_pair.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;
using namespace troupe::transport;
using namespace troupe::transport::yamux;
using std::chrono::seconds;

namespace {

/// A listener whose peer is the test.
struct victim : yamux_end {
  explicit victim(const session_options& options = {}, std::size_t budget_bytes = 1u << 30)
    : yamux_end(role::listener, options, budget_bytes) {}
  transport_errc take(frame_type type, std::uint16_t flags, std::uint32_t stream, std::uint32_t length,
                      std::size_t payload = 0) {
    auto frame = yamux_header(type, flags, stream, length);
    frame.resize(frame.size() + payload);
    return yamux_end::take(frame, now);
  }
  std::vector<header> said() { return parse_frames(output()).value().frames; }
  time_point now{};
};

constexpr auto violation = transport_errc::mux_violation;
constexpr auto fine = transport_errc::none;

} // namespace

TEST_CASE("yamux session: a wrong version or type is a violation", "[unit][yamux]") {
  victim v;
  auto frame = yamux_header(frame_type::ping, flag::syn, 0, 1);
  frame[0] = 1;
  REQUIRE(v.yamux_end::take(frame, v.now) == violation);
  frame[0] = 0;
  frame[1] = 4;
  REQUIRE(v.yamux_end::take(frame, v.now) == violation);
}

TEST_CASE("yamux session: SYN with our parity, for a live id or for 0 is a violation", "[unit][yamux]") {
  victim v;
  REQUIRE(v.take(frame_type::data, flag::syn, 2, 0) == violation);
  REQUIRE(v.take(frame_type::data, flag::syn, 0, 0) == violation);
  REQUIRE(v.take(frame_type::data, flag::syn, 1, 0) == fine);
  REQUIRE(v.take(frame_type::window_update, flag::syn, 1, 0) == violation);
}

TEST_CASE("yamux session: data beyond the window is a violation before any of it is read", "[unit][yamux]") {
  victim v;
  REQUIRE(v.take(frame_type::data, flag::syn, 1, initial_window + 1) == violation);
  victim w;
  REQUIRE(w.take(frame_type::data, flag::syn, 1, initial_window, initial_window) == fine);
  REQUIRE(w.take(frame_type::data, 0, 1, 1, 1) == violation);
  victim huge;
  REQUIRE(huge.take(frame_type::data, flag::syn, 1, 0xffffffffu) == violation);
}

TEST_CASE("yamux session: data behind FIN is a violation", "[unit][yamux]") {
  victim v;
  REQUIRE(v.take(frame_type::data, flag::syn | flag::fin, 1, 2, 2) == fine);
  REQUIRE(v.count(event_kind::finished) == 1);
  REQUIRE(v.take(frame_type::data, 0, 1, 1, 1) == violation);
}

TEST_CASE("yamux session: credit beyond 4 GiB is a violation", "[unit][yamux]") {
  victim v;
  REQUIRE(v.take(frame_type::window_update, flag::syn, 1, 0xffffffffu - initial_window) == fine);
  REQUIRE(v.take(frame_type::window_update, 0, 1, 1) == violation);
}

TEST_CASE("yamux session: frames of unknown streams are skipped with their payload", "[unit][yamux]") {
  victim v;
  REQUIRE(v.take(frame_type::data, 0, 5, 100, 100) == fine);
  REQUIRE(v.take(frame_type::window_update, 0, 8, 100) == fine);
  REQUIRE(v.take(frame_type::window_update, flag::fin, 9, 0) == fine);
  REQUIRE(v.received.empty());
  REQUIRE(v.said().empty());
}

TEST_CASE("yamux session: no more than skip_max is skipped for a stream that is gone", "[unit][yamux]") {
  session_options options;
  options.skip_max = 1000;
  victim v{options};
  REQUIRE(v.take(frame_type::data, 0, 5, 1000, 1000) == fine);
  REQUIRE(v.take(frame_type::data, 0, 5, 1001) == violation);
}

TEST_CASE("yamux session: pings are echoed and unasked answers are violations", "[unit][yamux]") {
  victim v;
  REQUIRE(v.take(frame_type::ping, flag::syn, 0, 0xdeadbeef) == fine);
  REQUIRE(v.said() == std::vector<header>{{frame_type::ping, flag::ack, 0, 0xdeadbeef}});
  REQUIRE(v.take(frame_type::ping, flag::ack, 0, 1) == violation);
  v.session.ping(v.now);
  const auto asked = v.said();
  REQUIRE(asked.size() == 1);
  REQUIRE(v.take(frame_type::ping, flag::ack, 0, asked[0].length + 1) == violation);
  v.now += seconds{1};
  REQUIRE(v.take(frame_type::ping, flag::ack, 0, asked[0].length) == fine);
  REQUIRE(v.session.round_trip() == duration{seconds{1}});
  REQUIRE(v.take(frame_type::ping, flag::ack, 0, asked[0].length) == violation);
}

TEST_CASE("yamux session: only one ping is ever out", "[unit][yamux]") {
  victim v;
  v.session.ping(v.now);
  v.session.ping(v.now);
  REQUIRE(v.said().size() == 1);
}

TEST_CASE("yamux session: inbound_max streams are admitted and one more is reset", "[unit][yamux]") {
  session_options options;
  options.streams.inbound_max = 3;
  victim v{options};
  for (std::uint32_t id = 1; id <= 5; id += 2)
    REQUIRE(v.take(frame_type::data, flag::syn, id, 1, 1) == fine);
  v.said();
  REQUIRE(v.take(frame_type::data, flag::syn, 7, 10, 10) == fine);
  REQUIRE(v.count(event_kind::opened) == 3);
  REQUIRE(v.said() == std::vector<header>{{frame_type::window_update, flag::rst, 7, 0}});
  v.session.reset(1);
  REQUIRE(v.take(frame_type::data, flag::syn, 9, 0) == fine);
  REQUIRE(v.count(event_kind::opened) == 4);
}

TEST_CASE("yamux session: streams that nobody accepts are admitted up to the backlog", "[unit][yamux]") {
  victim v;
  v.accepts = false;
  for (std::uint32_t i = 0; i < 257; ++i)
    REQUIRE(v.take(frame_type::data, flag::syn, 2 * i + 1, 0) == fine);
  REQUIRE(v.session.streams().inbound() == 256);
  REQUIRE(v.said().size() == 1); // the reset of the last; nothing is acknowledged before it is accepted
}

TEST_CASE("yamux session: we open backlog_max unacknowledged streams at most", "[unit][yamux]") {
  session_options options;
  options.streams.backlog_max = 4;
  victim v{options};
  for (int i = 0; i < 4; ++i)
    REQUIRE(v.session.open() != 0);
  REQUIRE(v.session.open() == 0);
  REQUIRE(v.take(frame_type::window_update, flag::ack, 2, 0) == fine);
  REQUIRE(v.session.open() != 0);
  REQUIRE(v.session.open() == 0);
}

TEST_CASE("yamux session: we open outbound_max streams at most", "[unit][yamux]") {
  session_options options;
  options.streams.outbound_max = 2;
  victim v{options};
  for (std::uint32_t id = 2; id <= 4; id += 2) {
    REQUIRE(v.session.open() == id);
    REQUIRE(v.take(frame_type::window_update, flag::ack, id, 0) == fine);
  }
  REQUIRE(v.session.open() == 0);
  REQUIRE(v.take(frame_type::window_update, flag::rst, 2, 0) == fine);
  REQUIRE(v.session.open() == 6);
}

TEST_CASE("yamux session: a stream is reset when the budget has no window for it", "[unit][yamux]") {
  victim v{{}, 2 * initial_window};
  for (std::uint32_t id = 1; id <= 5; id += 2)
    REQUIRE(v.take(frame_type::data, flag::syn, id, 0) == fine);
  REQUIRE(v.count(event_kind::opened) == 2);
  REQUIRE(v.session.open() == 0);
}

TEST_CASE("yamux session: a peer that asks and never reads is dropped at control_max answers",
          "[unit][yamux]") {
  session_options options;
  options.control_max = 10;
  victim pings{options};
  auto wrong = fine;
  int taken = 0;
  while (wrong == fine && taken < 1000) {
    wrong = pings.take(frame_type::ping, flag::syn, 0, 1);
    ++taken;
  }
  REQUIRE(wrong == transport_errc::memory_exceeded);
  REQUIRE(taken == 12);

  victim opens{options};
  wrong = fine;
  for (std::uint32_t id = 1; wrong == fine && id < 1000; id += 2) {
    wrong = opens.take(frame_type::data, flag::syn, id, 0);
    opens.session.reset(id);
  }
  REQUIRE(wrong == transport_errc::memory_exceeded);
}

TEST_CASE("yamux session: a stream refuses more than send_queue_max waiting bytes", "[unit][yamux]") {
  session_options options;
  options.send_queue_max = 1000;
  victim v{options};
  const auto id = v.session.open();
  REQUIRE(v.session.write(id, chunk::copy_of(bytes(600))));
  REQUIRE_FALSE(v.session.write(id, chunk::copy_of(bytes(401))));
  REQUIRE(v.session.write(id, chunk::copy_of(bytes(400))));
}

TEST_CASE("yamux session: only a silent peer is pinged and only an unanswered ping ends it",
          "[unit][yamux]") {
  victim v;
  v.now += seconds{29};
  REQUIRE(v.session.tick(v.now) == fine);
  REQUIRE(v.said().empty());
  v.now += seconds{1};
  REQUIRE(v.session.tick(v.now) == fine);
  const auto asked = v.said();
  REQUIRE(asked.size() == 1);
  v.now += seconds{29};
  REQUIRE(v.session.tick(v.now) == fine);
  REQUIRE(v.take(frame_type::window_update, 0, 77, 1) == fine); // any sign of life will do
  v.now += seconds{31};
  REQUIRE(v.session.tick(v.now) == fine);
  v.now += seconds{30};
  REQUIRE(v.session.tick(v.now) == transport_errc::keepalive_timeout);
}

TEST_CASE("yamux session: a reset of our own stream by the peer drops what was queued", "[unit][yamux]") {
  victim v;
  const auto id = v.session.open();
  v.session.write(id, chunk::copy_of(bytes(10)));
  v.output();
  v.session.write(id, chunk::copy_of(bytes(1000)));
  REQUIRE(v.take(frame_type::window_update, flag::rst, id, 0) == fine);
  REQUIRE(v.count(event_kind::reset) == 1);
  REQUIRE(v.said().empty());
  REQUIRE(v.session.write(id, chunk::copy_of(bytes(10))));
  REQUIRE(v.said().empty());
}

TEST_CASE("yamux session: all streams together queue no more than the budget for sending", "[unit][yamux]") {
  victim v{{}, 1u << 30};
  byte_budget sends{1000};
  session s{role::listener, {}, v.budget, sends, v.now};
  const auto first = s.open();
  const auto second = s.open();
  REQUIRE(s.write(first, chunk::copy_of(bytes(600))));
  REQUIRE_FALSE(s.write(second, chunk::copy_of(bytes(401))));
  REQUIRE(s.write(second, chunk::copy_of(bytes(400))));
  REQUIRE(sends.used() == 1000);
  outbound_frame frame;
  REQUIRE(s.next(frame));
  REQUIRE(frame.head.length == 600);
  REQUIRE(sends.used() == 400);
  s.reset(second);
  REQUIRE(sends.used() == 0);
}

TEST_CASE("yamux session: a peer that opens and resets streams and never reads is dropped", "[unit][yamux]") {
  session_options options;
  options.streams = {4, 4, 4};
  options.control_max = 100;
  victim v{options};
  auto answer = fine;
  std::uint32_t id = 1;
  for (; answer == fine && id < 2'000; id += 2) {
    answer = v.take(frame_type::data, flag::syn, id, 0);
    if (answer == fine)
      answer = v.take(frame_type::data, flag::rst, id, 0);
  }
  REQUIRE(answer == transport_errc::memory_exceeded);
  REQUIRE(id < 2 * (100 + 4 + 4) + 10);
}
