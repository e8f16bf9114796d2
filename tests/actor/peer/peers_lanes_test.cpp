// SPDX-License-Identifier: BSD-3-Clause
// What peers actors carry over the simulated network: frames of lanes and the credit for them, foreign
// streams.
#include "actors/peer/stream.hpp"
#include "tests/support/peer_stage.hpp"
#include "wire/session_generated.h"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;

TEST_CASE("peers: a broken link is redialled and nothing is lost or doubled", "[actor][peer]") {
  peer_stage stage{2};
  stage.start_all();
  stage.connect(0, 1);
  std::uint32_t next = 1;
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < 5; ++i)
      stage.say(0, 1, next++);
    stage.run(1ms);
    stage.world.break_links(stage.id(0), stage.id(1));
    for (int i = 0; i < 5; ++i)
      stage.say(0, 1, next++);
    stage.run(3s);
  }
  stage.run(40s);
  REQUIRE(stage.at(1).received[stage.id(0)] == up_to(next - 1));
}

TEST_CASE("peers: raw faults and breaks leave reliable lanes exact", "[actor][peer]") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    transport::link_conditions bad;
    bad.raw = {100'000, 100'000, 100'000, 50ms};
    peer_stage stage{2, seed, bad};
    stage.start_all();
    stage.connect(0, 1);
    stage.connect(1, 0);
    for (std::uint32_t i = 1; i <= 60; ++i) {
      stage.say(0, 1, i);
      stage.say(1, 0, i);
      stage.run(5ms);
      if (i % 20 == 0)
        stage.world.break_links(stage.id(0), stage.id(1));
    }
    REQUIRE(stage.until(
      [&] {
        return stage.at(1).received[stage.id(0)].size() >= 60 &&
               stage.at(0).received[stage.id(1)].size() >= 60;
      },
      300s));
    stage.run(5s);
    REQUIRE(stage.at(1).received[stage.id(0)] == up_to(60));
    REQUIRE(stage.at(0).received[stage.id(1)] == up_to(60));
  }
}

TEST_CASE("peers: a message that its lane refuses ends the session and costs points", "[actor][peer]") {
  peer_stage stage{2};
  stage.start_all();
  stage.at(0).refuse_on = 13;
  stage.connect(1, 0);
  stage.run(1s);
  stage.say(1, 0, 13);
  stage.run(100ms);
  REQUIRE(stage.log->has("message_refused"));
  REQUIRE(stage.at(0).memory->book.score(stage.id(1), stage.scheduler.now()) == 50);
}

TEST_CASE("peers: a consumer that returns no credit stops its lane and no other", "[actor][peer]") {
  peer_stage stage{3};
  stage.start_all();
  stage.connect(1, 0);
  stage.connect(2, 0);
  stage.run(1s);
  stage.at(0).hold_credit = true;
  const bytes big(60 * 1024, 0);
  for (int i = 0; i < 40; ++i)
    post(stage.at(1).peers, peer::send_frames{stage.id(0), lane_a, single_frame(7, big)});
  stage.run(5s);
  const auto stuck = stage.at(0).received[stage.id(1)].size();
  REQUIRE(stuck > 0);
  REQUIRE(stuck < 30);
  stage.at(0).hold_credit = false;
  stage.say(2, 0, 1);
  stage.run(100ms);
  REQUIRE(stage.at(0).received[stage.id(2)].size() == 1);
  stage.at(0).held.clear();
  stage.run(60s);
  REQUIRE(stage.at(0).received[stage.id(1)].size() > stuck);
}

TEST_CASE("peers: at the budget of the node the slow peer is refused and the others go on", "[actor][peer]") {
  peer_stage stage{3};
  stage.at(0).retained = std::make_shared<peer::retained_budget>(256 * 1024);
  stage.start_all();
  stage.connect(0, 1);
  stage.connect(0, 2);
  stage.run(1s);
  stage.world.cut(stage.id(1), stage.id(0)); // its acknowledgements do not come
  const bytes payload(4000, 0);
  for (int i = 0; i < 200; ++i)
    post(stage.at(0).peers, peer::send_frames{stage.id(1), lane_a, single_frame(7, payload)});
  stage.run(100ms);
  const auto& counters = *stage.at(0).counters;
  REQUIRE(counters.frames_dropped[static_cast<std::size_t>(peer::frame_drop::over_budget)] > 100);
  REQUIRE(stage.at(0).retained->held() <= 132 * 1024); // half of it, and what the other peer has under way
  REQUIRE(stage.at(0).retained->held() > 100 * 1024);
  for (std::uint32_t i = 1; i <= 50; ++i)
    stage.say(0, 2, i);
  stage.run(1s);
  REQUIRE(stage.at(2).received[stage.id(0)] == up_to(50));
  stage.world.heal_all();
  stage.run(120s);
  REQUIRE(stage.at(0).retained->held() == 0);
  stage.say(0, 1, 7);
  stage.run(5s);
  REQUIRE(stage.at(1).received[stage.id(0)].back() == 7);
}

TEST_CASE("peers: lane_spec credit comes with the peer and again as it acknowledges", "[actor][peer]") {
  peer_stage stage{2};
  stage.start_all();
  std::vector<std::size_t> credits;
  const std::string slow = "/troupe/slow/1";
  stage.mount(0, {slow, peer::delivery::reliable, 4096, 4096, {}, [&](const peer_id& to, std::size_t bytes) {
                    REQUIRE(to == stage.id(1));
                    credits.push_back(bytes);
                  }});
  stage.connect(0, 1);
  stage.run(1s);
  const bytes payload(1000, 0);
  for (int i = 0; i < 20; ++i)
    post(stage.at(0).peers, peer::send_frames{stage.id(1), slow, single_frame(7, payload)});
  stage.run(1s);
  REQUIRE(credits == std::vector<std::size_t>{4096});
  stage.mount(1, {slow, peer::delivery::reliable, 4096, 4096, {}, {}});
  stage.run(10s);
  REQUIRE(credits.size() > 1);
  REQUIRE(credits.back() >= 2048);
}

TEST_CASE("peers: a foreign stream is opened by dialling first and echoes through a mounted protocol",
          "[actor][peer]") {
  peer_stage stage{2};
  stage.start_all();
  post(stage.at(1).peers, peer::serve_streams({"/echo/1"}, [](const peer_id&) {
         auto self = std::make_shared<std::optional<peer::stream>>();
         peer::stream_events events;
         events.opened = [self](const peer::stream& s, std::string_view) { self->emplace(s); };
         events.message = [self](byte_view m) { (*self)->write(m); };
         return events;
       }));
  stage.settle();
  std::vector<std::string> heard;
  peer::stream_events events;
  events.opened = [&](const peer::stream& s, std::string_view protocol) {
    heard.emplace_back(protocol);
    s.write(as_bytes("one"));
    s.write(as_bytes("two"));
  };
  events.message = [&](byte_view m) { heard.emplace_back(as_text(m)); };
  post(stage.at(0).peers,
       peer::open_stream_to(stage.id(1), {stage.at(1).address}, {"/none/1", "/echo/1"}, events));
  stage.run(1s);
  REQUIRE(heard == lines{"/echo/1", "one", "two"});
}

TEST_CASE("peers: a stream that cannot be opened hears only why", "[actor][peer]") {
  peer_stage stage{2};
  stage.start_all();
  std::vector<transport::transport_errc> closed;
  peer::stream_events events;
  events.closed = [&](transport::transport_errc why) { closed.push_back(why); };
  post(stage.at(0).peers, peer::open_stream_to(stage.id(1), {}, {"/echo/1"}, events));
  stage.run(1s);
  REQUIRE(closed == std::vector{transport::transport_errc::dial_failed});
  post(stage.at(0).peers,
       peer::open_stream_to(stage.id(1), {*multiaddr::parse("/memory/4711")}, {"/echo/1"}, events));
  stage.run(20s);
  REQUIRE(closed.size() == 2);
  post(stage.at(0).peers, peer::open_stream_to(stage.id(1), {stage.at(1).address}, {"/none/1"}, events));
  stage.run(20s);
  REQUIRE(closed.back() == transport::transport_errc::protocol_unknown);
}

template <>
inline constexpr std::string_view troupe::flat_name<troupe::wire::SessionClose> = "test_close";
template <>
inline constexpr std::string_view troupe::flat_name<troupe::wire::SessionAck> = "test_ack";

namespace {

using reader_handle =
  handle<takes<peer::received, flat<wire::SessionClose>>, takes<peer::received, batch<wire::SessionAck>>>;

} // namespace

TEST_CASE("peers: deliver_to verifies once and sends single messages and batches in order", "[actor][peer]") {
  peer_stage stage{1};
  lines heard;
  auto reader = spawn(
    stage.system(), stage.context(0).named("reader"),
    [](self_ptr<reader_handle, int>, node_context, lines* out) -> reader_handle::behavior_type {
      return {[out](const peer::received&, const flat<wire::SessionClose>& one) {
                out->push_back("close of " + std::to_string(one.view().size()) + " bytes");
              },
              [out](const peer::received&, const batch<wire::SessionAck>& many) {
                out->push_back(std::to_string(many.size()) + " acks");
              }};
    },
    &heard);
  const auto sink = peer::deliver_to<flat<wire::SessionClose>, batch<wire::SessionAck>>(reader);
  frame_reader cut{{1024, false}};
  const auto feed = [&](const std::vector<chunk_ptr>& frames) {
    for (const auto& frame : frames) {
      std::memcpy(cut.prepare(frame->size()).data(), frame->data(), frame->size());
      REQUIRE(cut.commit(frame->size()));
    }
    cut.turn_end();
    const auto run = cut.poll();
    return sink({stage.id(1), nullptr}, *run);
  };
  REQUIRE(
    feed({encode(session_ack{}), encode(session_ack{}), encode(session_close{1}), encode(session_ack{})}));
  stage.settle();
  REQUIRE(heard.size() == 3);
  REQUIRE(heard[0] == "2 acks");
  REQUIRE(heard[2] == "1 acks");
  REQUIRE_FALSE(feed({encode(session_hello{})}));                  // a type the lane does not take
  REQUIRE_FALSE(feed({single_frame(0x0103, bytes(16, 0xff), 0)})); // no FlatBuffer
  stage.settle();
  REQUIRE(heard.size() == 3);
  caf::anon_send_exit(reader, caf::exit_reason::kill);
}
