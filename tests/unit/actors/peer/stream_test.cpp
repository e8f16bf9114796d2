// SPDX-License-Identifier: BSD-3-Clause
#include "actors/peer/stream.hpp"

#include "actors/peer/lane_handlers.hpp"
#include "messages/codec/frame_writer.hpp"
#include "tests/support/fake_link.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::peer;
using namespace troupe::test;

namespace {

struct heard {
  std::vector<std::string> messages;
  bool finished = false;
  std::optional<transport::transport_errc> closed;

  stream_events events() {
    return {{},
            [this](byte_view m) { messages.emplace_back(as_text(m)); },
            {},
            [this] { finished = true; },
            [this](transport::transport_errc why) { closed = why; }};
  }
};

} // namespace

TEST_CASE("stream: cuts length-prefixed messages however they arrive", "[unit][peer]") {
  for (const std::size_t slice : {1u, 2u, 5u, 100u}) {
    heard to;
    stream_handler handler{to.events(), {}};
    const auto lane = std::make_shared<fake_lane>();
    handler.opened(lane, "/x/1");
    deliver(handler,
            as_bytes(std::string_view{"\x03"
                                      "abc\x00\x02"
                                      "de",
                                      8}),
            slice);
    handler.finished();
    REQUIRE(to.messages == std::vector<std::string>{"abc", "", "de"});
    REQUIRE(lane->granted == 8);
    REQUIRE(to.finished);
  }
}

TEST_CASE("stream: a message beyond its limit or a malformed length resets it", "[unit][peer]") {
  for (const std::string_view wire : {std::string_view{"\xff\xff\xff\xff\x0f", 5},
                                      std::string_view{"\x05", 1}, std::string_view{"\x80\x00", 2}}) {
    heard to;
    stream_handler handler{to.events(), {true, 4}};
    const auto lane = std::make_shared<fake_lane>();
    handler.opened(lane, "/x/1");
    deliver(handler, as_bytes(wire));
    REQUIRE(lane->resets);
    deliver(handler, as_bytes("\x01"
                              "a"));
    REQUIRE(to.messages.empty());
    handler.closed(transport::transport_errc::lane_reset);
    REQUIRE(to.closed == transport::transport_errc::lane_reset);
  }
}

TEST_CASE("stream: writes a prefix unless it is raw", "[unit][peer]") {
  const auto lane = std::make_shared<fake_lane>();
  stream{lane, true}.write(as_bytes("hi"));
  stream{lane, false}.write(as_bytes("raw"));
  REQUIRE(as_text(lane->written) == "\x02hiraw");
}

TEST_CASE("frame lane: hands on one run a turn and returns credit when its last holder goes",
          "[unit][peer]") {
  auto port = std::make_shared<link_port>();
  frame_lane_in handler{link_id{1}, port, {100, true}};
  const auto lane = std::make_shared<fake_lane>();
  handler.opened(lane, "/troupe/a/1");
  frame_writer writer;
  for (int i = 0; i < 3; ++i)
    writer.append(7, bytes(10));
  const auto wire = writer.take();
  deliver(handler, wire->view());
  std::vector<link_event> events;
  port->bind([&](link_event&& event) { events.push_back(std::move(event)); });
  // Numbers are all zero, so each frame is a run of its own.
  REQUIRE(events.size() == 3);
  REQUIRE(lane->granted == 0);
  events.pop_back();
  REQUIRE(lane->granted == wire->size() / 3);
  events.clear();
  REQUIRE(lane->granted == wire->size());
}

TEST_CASE("frame lane: malformed bytes reset it and are reported once", "[unit][peer]") {
  auto port = std::make_shared<link_port>();
  std::vector<link_event> events;
  port->bind([&](link_event&& event) { events.push_back(std::move(event)); });
  frame_lane_in handler{link_id{1}, port, {100, true}};
  const auto lane = std::make_shared<fake_lane>();
  handler.opened(lane, "/troupe/a/1");
  deliver(handler, bytes(200, 0xff));
  deliver(handler, bytes(200, 0xff));
  REQUIRE(lane->resets);
  REQUIRE(events.size() == 1);
  REQUIRE(std::get<bytes_refused>(events[0].what).why == frame_errc::too_long);
}

TEST_CASE("link port: keeps a bounded number of runs until it is bound", "[unit][peer]") {
  link_port port;
  for (std::size_t i = 0; i < link_port::waiting_max + 10; ++i)
    port.post({run_came{link_id{1}, "/troupe/a/1", {}, {}}});
  port.post({link_went{link_id{1}, transport::transport_errc::connection_lost}});
  std::size_t runs = 0;
  bool went = false;
  port.bind([&](link_event&& event) {
    runs += std::holds_alternative<run_came>(event.what) ? 1u : 0u;
    went = went || std::holds_alternative<link_went>(event.what);
  });
  REQUIRE(runs == link_port::waiting_max);
  REQUIRE(went);
}
