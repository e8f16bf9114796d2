// SPDX-License-Identifier: BSD-3-Clause
// A troupe node against js-libp2p and go-libp2p, each side dialling: connect, identify, ping, a wrong expected id, classic muxer
// negotiation, 64 MiB each way, a protocol mounted at run time.
#include "messages/codec/peer_id_text.hpp"
#include "messages/crypto/keys.hpp"
#include "tests/interop/exchange.hpp"
#include "tests/interop/foreign_peer.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <thread>

using namespace troupe;
using test::foreign;
using test::foreign_peer;
namespace json = boost::json;

namespace {

constexpr std::uint64_t megabyte = 1u << 20;

struct silent final : log_sink {
  bool wants(log_level) const override { return false; }
  void write(log_level, std::string_view, time_point, std::string_view) override {}
};

struct our_node {
  runtime shared{1};
  std::unique_ptr<node> running;

  explicit our_node(bool early_muxers = true) {
    node_config config;
    config.early_muxers = early_muxers;
    auto started = node::start(shared, {config, std::make_shared<silent>(), {}});
    REQUIRE(started);
    running = std::move(*started);
    running->mount(test::serve_exchange());
  }
  std::string address() const { return running->listen_addresses().front().text(); }
  node::outcome connect(const std::string& to) {
    return ask<node::outcome>([&](auto done) { running->connect(*multiaddr::parse(to), done); });
  }
  /// The peer's line once identify has told its agent.
  peer_status identified(const std::string& id) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{5};
    while (std::chrono::steady_clock::now() < until) // each question is a round trip through the node
      for (const auto& peer : ask<std::vector<peer_status>>([&](auto done) { running->peers(done); }))
        if (peer.peer == id && !peer.agent.empty())
          return peer;
    return {};
  }
};

/// False, after saying so, if this kind of peer cannot run here; a failure under CI=true.
bool available(foreign kind) {
  const auto lacking = test::missing(kind);
  if (lacking.empty())
    return true;
  const char* ci = std::getenv("CI");
  std::cerr << "SKIPPED interop: " << lacking << '\n';
  CHECK_FALSE((ci && std::string{ci} == "true"));
  return false;
}

void dial_them(foreign kind, bool early) {
  our_node ours{early};
  foreign_peer theirs{kind};
  REQUIRE(ours.connect(theirs.address()));
  REQUIRE_FALSE(ours.identified(theirs.id()).agent.empty());
  const auto peer = *parse_peer_id(theirs.id());
  for (int i = 0; i < 5; ++i) {
    const auto pinged = ask<expected<duration, explained>>([&](auto done) { ours.running->ping(peer, done); });
    INFO((pinged ? "" : pinged.error().text));
    REQUIRE(pinged);
  }
  const auto moved = test::open_exchange(*ours.running, peer, 64 * megabyte).get();
  INFO(moved.failure);
  REQUIRE(moved.sent_equal);
  REQUIRE(moved.received_equal);
}

void they_dial(foreign kind, bool early) {
  our_node ours{early};
  foreign_peer theirs{kind};
  const auto dialled = theirs.ask({{"cmd", "dial"}, {"addr", ours.address()}});
  REQUIRE(dialled.at("ok").as_bool());
  REQUIRE(dialled.at("peer").as_string() == to_base58(ours.running->self()));
  const auto told = theirs.ask({{"cmd", "identity"}, {"peer", to_base58(ours.running->self())}});
  REQUIRE(told.at("ok").as_bool());
  REQUIRE(told.at("agent").as_string().starts_with("troupe/"));
  const auto& protocols = told.at("protocols").as_array();
  for (const auto* wanted : {"/ipfs/id/1.0.0", "/ipfs/ping/1.0.0", test::exchange_protocol})
    REQUIRE(std::count(protocols.begin(), protocols.end(), json::value(wanted)) == 1);
  const auto pinged = theirs.ask({{"cmd", "ping"}, {"addr", ours.address()}, {"count", 5}});
  REQUIRE(pinged.at("ok").as_bool());
  REQUIRE(pinged.at("ms").as_array().size() == 5);
  const auto moved = theirs.ask({{"cmd", "exchange"}, {"addr", ours.address()}, {"size", 64 * megabyte}});
  REQUIRE(moved.at("ok").as_bool());
  REQUIRE(moved.at("sent_equal").as_bool());
  REQUIRE(moved.at("received_equal").as_bool());
}

void wrong_id_refused(foreign kind) {
  our_node ours;
  foreign_peer theirs{kind};
  const auto somebody = key_pair::generate().id();
  const auto wrong = multiaddr::parse(theirs.address())->without_peer().with_peer(somebody);
  REQUIRE_FALSE(ours.connect(wrong.text()));
  const auto ours_wrong = multiaddr::parse(ours.address())->without_peer().with_peer(somebody);
  REQUIRE_FALSE(theirs.ask({{"cmd", "dial"}, {"addr", ours_wrong.text()}}).at("ok").as_bool());
}

void mounted_late(foreign kind) {
  our_node ours;
  foreign_peer theirs{kind};
  const json::object exchange{{"cmd", "exchange"}, {"addr", ours.address()}, {"size", 1000}, {"protocol", "/late/1"}};
  REQUIRE_FALSE(theirs.ask(exchange).at("ok").as_bool());
  ours.running->mount(test::serve_exchange("/late/1"));
  const auto reached = theirs.ask(exchange);
  INFO(json::serialize(reached));
  REQUIRE(reached.contains("received_equal"));
  REQUIRE(reached.at("received_equal").as_bool());
  ours.running->unmount("/late/1");
  REQUIRE_FALSE(theirs.ask(exchange).at("ok").as_bool());
}

} // namespace

TEST_CASE("interop js: we dial", "[interop]") {
  if (available(foreign::js))
    dial_them(foreign::js, true);
}
TEST_CASE("interop js: we dial with classic muxer negotiation", "[interop]") {
  if (available(foreign::js))
    dial_them(foreign::js, false);
}
TEST_CASE("interop js: they dial", "[interop]") {
  if (available(foreign::js))
    they_dial(foreign::js, true);
}
TEST_CASE("interop js: they dial with classic muxer negotiation", "[interop]") {
  if (available(foreign::js))
    they_dial(foreign::js, false);
}
TEST_CASE("interop js: a wrong expected id is refused by both", "[interop]") {
  if (available(foreign::js))
    wrong_id_refused(foreign::js);
}
TEST_CASE("interop js: a protocol mounted at run time is reached", "[interop]") {
  if (available(foreign::js))
    mounted_late(foreign::js);
}
TEST_CASE("interop go: we dial", "[interop]") {
  if (available(foreign::go))
    dial_them(foreign::go, true);
}
TEST_CASE("interop go: we dial with classic muxer negotiation", "[interop]") {
  if (available(foreign::go))
    dial_them(foreign::go, false);
}
TEST_CASE("interop go: they dial", "[interop]") {
  if (available(foreign::go))
    they_dial(foreign::go, true);
}
TEST_CASE("interop go: they dial with classic muxer negotiation", "[interop]") {
  if (available(foreign::go))
    they_dial(foreign::go, false);
}
TEST_CASE("interop go: a wrong expected id is refused by both", "[interop]") {
  if (available(foreign::go))
    wrong_id_refused(foreign::go);
}
TEST_CASE("interop go: a protocol mounted at run time is reached", "[interop]") {
  if (available(foreign::go))
    mounted_late(foreign::go);
}
