// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/fake_link.hpp"
#include "transport/ping/pinger.hpp"
#include "transport/ping/responder.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::transport;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

bytes pattern(std::size_t size) {
  bytes made(size);
  for (std::size_t i = 0; i < size; ++i)
    made[i] = static_cast<std::uint8_t>(i * 7 + 1);
  return made;
}

/// A pinger on a fake link, with a clock the test turns and payloads that count up.
struct bench {
  std::shared_ptr<fake_link> on = std::make_shared<fake_link>();
  time_point now{1h};
  std::uint8_t drawn = 0;
  std::vector<expected<duration, transport_errc>> answers;
  std::unique_ptr<ping::pinger> pinger;

  bench() {
    ping::pinger_options options;
    options.now = [this] { return now; };
    options.draw = [this] {
      ping::payload made;
      made.fill(++drawn);
      return made;
    };
    options.answered = [this](auto answer) { answers.push_back(answer); };
    pinger = std::make_unique<ping::pinger>(on, std::move(options));
  }

  lane_handler& handler() { return *on->opened.at(0).handler; }
  fake_lane& lane() { return *on->opened.at(0).lane; }
  void open() { handler().opened(on->opened[0].lane, ping::protocol_id); }
};

} // namespace

TEST_CASE("ping responder: echoes 32 bytes at a time however they are cut", "[unit][ping]") {
  for (const std::size_t slice : {1u, 5u, 32u, 100u}) {
    auto handler = ping::responder().accept({nullptr, ping::protocol_id});
    auto lane = std::make_shared<fake_lane>();
    handler->opened(lane, ping::protocol_id);
    const auto sent = pattern(96);
    deliver(*handler, sent, slice);
    REQUIRE(lane->written == sent);
    deliver(*handler, byte_view{sent}.first(31), slice);
    REQUIRE(lane->written.size() == 96);
    handler->finished();
    REQUIRE(lane->finishes);
  }
}

TEST_CASE("ping responder: returns credit only for echoes that have left", "[unit][ping]") {
  auto handler = ping::responder().accept({nullptr, ping::protocol_id});
  auto lane = std::make_shared<fake_lane>();
  handler->opened(lane, ping::protocol_id);
  deliver(*handler, pattern(32 * 100));
  REQUIRE(lane->granted == 0);
  handler->drained(64);
  REQUIRE(lane->granted == 64);
}

TEST_CASE("ping responder: serves at most two streams per peer", "[unit][ping]") {
  REQUIRE(ping::responder().limits.inbound_per_peer == 2);
  REQUIRE(ping::responder().ids == std::vector<std::string>{"/ipfs/ping/1.0.0"});
}

TEST_CASE("pinger: measures the time to the echo", "[unit][ping]") {
  bench b;
  REQUIRE(b.on->opened.at(0).protocols == std::vector<std::string>{"/ipfs/ping/1.0.0"});
  REQUIRE(b.pinger->send());
  REQUIRE(b.lane().written.empty());
  b.now += 5s; // negotiating the stream is no part of the round trip
  b.open();
  REQUIRE(b.lane().written.size() == 32);
  b.now += 250us;
  deliver(b.handler(), bytes(32, 1), 9);
  REQUIRE(b.answers.size() == 1);
  REQUIRE(b.answers[0] == 250us);
  REQUIRE(b.lane().granted == 32);
  REQUIRE(b.pinger->send());
  REQUIRE_FALSE(b.pinger->send());
}

TEST_CASE("pinger: a wrong or unasked echo ends it as misbehaviour", "[unit][ping]") {
  bench b;
  b.open();
  if (GENERATE(true, false))
    REQUIRE(b.pinger->send());
  deliver(b.handler(), bytes(32, 99));
  REQUIRE(b.answers.size() == 1);
  REQUIRE(b.answers[0].error() == transport_errc::misbehaved);
  REQUIRE(b.lane().resets);
  REQUIRE_FALSE(b.pinger->send());
  b.handler().closed(transport_errc::lane_reset);
  REQUIRE(b.answers.size() == 1);
}

TEST_CASE("pinger: a lane that closes is reported once", "[unit][ping]") {
  bench b;
  b.pinger->send();
  b.handler().closed(transport_errc::protocol_unknown);
  REQUIRE(b.answers.size() == 1);
  REQUIRE(b.answers[0].error() == transport_errc::protocol_unknown);
  REQUIRE_FALSE(b.pinger->send());
}

TEST_CASE("pinger: destroyed early it resets its stream and calls nobody", "[unit][ping]") {
  bench b;
  SECTION("before the stream opens") {
    b.pinger.reset();
    b.open();
  }
  SECTION("with a ping in flight") {
    b.open();
    b.pinger->send();
    b.pinger.reset();
    deliver(b.handler(), bytes(32, 1));
  }
  REQUIRE(b.lane().resets);
  b.handler().closed(transport_errc::lane_reset);
  REQUIRE(b.answers.empty());
}
