// SPDX-License-Identifier: BSD-3-Clause
// The caps of the peers actor, each hit.
#include "actors/peer/dial_desk.hpp"
#include "actors/peer/peer_actor.hpp"
#include "actors/peer/stream.hpp"
#include "messages/codec/session_codec.hpp"
#include "tests/support/fake_link.hpp"
#include "tests/support/peer_stage.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;

namespace {

peer::subscriber::behavior_type counting_ear(self_ptr<peer::subscriber, int>, node_context,
                                             std::size_t* heard) {
  return {[=](const peer::joined&) { ++*heard; }, [](const peer::identified&) {}, [](const peer::left&) {}};
}

peer::trouble_watcher::behavior_type counting_watcher(self_ptr<peer::trouble_watcher, int>, node_context,
                                                      std::size_t* heard) {
  return {[=](const peer::trouble&) { ++*heard; }};
}

peer::news_taker::behavior_type deaf(self_ptr<peer::news_taker, int>, node_context) {
  return {[](const peer::peer_news&) {}};
}

} // namespace

TEST_CASE("peers limits: 64 subscribers hear and one more is refused", "[actor][peer]") {
  peer_stage stage{2};
  stage.start_all(); // each has a subscriber of its own
  std::size_t heard = 0;
  for (std::size_t i = 0; i < peer::subscribers_max; ++i)
    post(stage.at(0).peers,
         peer::subscribe{spawn(stage.system(), stage.context(0).named("ear"), counting_ear, &heard)});
  stage.settle();
  REQUIRE(stage.at(0).memory->subscribers.size() == peer::subscribers_max);
  REQUIRE(stage.log->has("refused a subscriber"));
  stage.connect(0, 1);
  stage.run(1s);
  REQUIRE(heard == peer::subscribers_max - 1);
}

TEST_CASE("peers limits: 64 watchers hear of trouble and one more is refused", "[actor][peer]") {
  peer_stage stage{1};
  stage.start_all();
  std::size_t heard = 0;
  for (std::size_t i = 0; i <= peer::subscribers_max; ++i)
    post(stage.at(0).peers, peer::watch_trouble{spawn(stage.system(), stage.context(0).named("watcher"),
                                                      counting_watcher, &heard)});
  stage.settle();
  REQUIRE(stage.log->has("refused a watcher"));
  post(stage.at(0).peers, peer::connect{{multiaddr::parse("/memory/4711")->with_peer(stage.id(9))}});
  REQUIRE(stage.until([&] { return heard >= peer::subscribers_max; }));
  stage.run(10ms);
  REQUIRE(heard == peer::subscribers_max);
}

TEST_CASE("peers limits: 32 lanes are mounted and one more is not", "[actor][peer]") {
  peer_stage stage{1};
  stage.start_all();
  for (int i = 0; i < 40; ++i)
    stage.mount(0, {"/troupe/" + std::to_string(i) + "/1", peer::delivery::reliable, 4096, 4096, {}, {}});
  stage.settle();
  REQUIRE(stage.at(0).memory->lanes.size() == session_lanes_max);
  REQUIRE(stage.log->has("cannot mount '/troupe/39/1'"));
}

TEST_CASE("peers limits: 256 streams wait for a dial and one more is closed", "[actor][peer]") {
  peer_stage stage{1};
  stage.start_all();
  std::size_t closed = 0;
  for (std::size_t i = 0; i <= peer::pending_streams_max; ++i) {
    peer::stream_events events;
    events.closed = [&](transport::transport_errc) { ++closed; };
    post(stage.at(0).peers,
         peer::open_stream_to(stage.id(9), {*multiaddr::parse("/memory/4711")}, {"/echo/1"}, events));
  }
  stage.settle();
  stage.run(1us);
  REQUIRE(closed >= 1);
  REQUIRE(stage.at(0).counters->dials <= peer::pending_streams_max);
  stage.run(120s);
  REQUIRE(closed == peer::pending_streams_max + 1);
  REQUIRE(stage.at(0).counters->streams_waiting == 0);
}

TEST_CASE("peers limits: 256 addresses of nobody in particular are kept and one more is refused",
          "[actor][peer]") {
  peer_stage stage{1};
  stage.start_all();
  for (std::size_t i = 0; i <= peer::dial_desk::unknown_max; ++i)
    post(stage.at(0).peers, peer::connect{{*multiaddr::parse("/ip4/10.9.9.9/tcp/" + std::to_string(i + 1))}});
  stage.settle();
  REQUIRE(stage.at(0).memory->kept_unknown.size() == peer::dial_desk::unknown_max);
  REQUIRE(stage.log->has("too many addresses"));
}

TEST_CASE("peers limits: 16 control frames wait for their stream", "[actor][peer]") {
  peer_stage stage{1};
  auto link = std::make_shared<fake_link>();
  link->peer = stage.id(5);
  auto port = std::make_shared<peer::link_port>();
  peer::peer_setup setup;
  setup.self = stage.id(0);
  setup.session.remote = stage.id(5);
  setup.session.network_id = "test";
  setup.session.boot = incarnation{1};
  setup.news = spawn(stage.system(), stage.context(0).named("news"), deaf);
  setup.retained = std::make_shared<peer::retained_budget>();
  setup.counters = std::make_shared<peer::peer_counters>();
  const auto actor = peer::spawn_peer(stage.system(), nullptr, stage.context(0).named("peer"), setup);
  post(actor, peer::peer_order{peer::take_link{link, port, false}});
  stage.settle();
  REQUIRE(link->opened.size() == 1);
  // Each of the peer's hellos is acknowledged, while its answer to our stream does not come.
  const auto hello = encode(session_hello{"test", 1, 1, 0, incarnation{2}, {}, {}, {}});
  for (int i = 0; i < 40; ++i) {
    frame_run run;
    run.owner = hello;
    run.items.push_back({frame_type_v<wire::SessionHello>, 8, static_cast<std::uint32_t>(hello->size() - 8)});
    post(actor, peer::link_event{peer::run_came{link->number, peer::session_protocol, run, nullptr}});
  }
  stage.settle();
  const auto lane = std::make_shared<fake_lane>();
  post(actor, peer::link_event{peer::stream_opened{link->number, peer::session_protocol, lane,
                                                   std::make_shared<std::atomic<std::uint64_t>>(0)}});
  stage.settle();
  std::size_t frames = 0;
  for (std::size_t at = 0; at < lane->written.size(); ++frames) {
    frame_header header;
    std::memcpy(&header, lane->written.data() + at, sizeof header);
    at += frame_size(header);
  }
  REQUIRE(frames == peer::held_control_max);
  caf::anon_send_exit(actor, caf::exit_reason::kill);
  caf::anon_send_exit(setup.news, caf::exit_reason::kill);
  stage.settle();
}
