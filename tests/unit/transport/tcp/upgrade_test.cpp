// SPDX-License-Identifier: BSD-3-Clause
// Two upgrades back to back, without sockets: what one appends to its outgoing buffer is fed to the other.
#include "transport/tcp/upgrade.hpp"

#include "tests/support/tls_pair.hpp"
#include "transport/multistream/message.hpp"

#include <catch2/catch.hpp>

#include <deque>

using namespace troupe;
using namespace troupe::transport;
using test::tls_node;

namespace {

struct side {
  side(tls_node& node, direction way, std::optional<peer_id> wanted = {}, bool early = true)
    : machine({node.context.get(), &out, way, std::move(wanted), early}) {
    machine.start();
  }

  bytes said() { return std::exchange(out.outgoing, {}); }
  upgrade_phase hear(bytes data) {
    kept.push_back(std::move(data)); // the engine reads from it later
    return machine.feed(kept.back());
  }
  upgrade_phase hear(std::string_view text) {
    return hear(bytes(as_bytes(text).begin(), as_bytes(text).end()));
  }

  tls::io_buffers out;
  upgrade machine;
  std::deque<bytes> kept;
};

struct fixture {
  tls_node ours{1};
  tls_node theirs{2};
};

bool alive(const side& one) {
  return one.machine.phase() != upgrade_phase::done && one.machine.phase() != upgrade_phase::failed;
}

void carry(side& from, side& to, std::size_t slice) {
  const auto said = from.said();
  for (std::size_t at = 0; at < said.size() && alive(to); at += slice)
    to.hear(bytes(said.begin() + static_cast<std::ptrdiff_t>(at),
                  said.begin() + static_cast<std::ptrdiff_t>(std::min(at + slice, said.size()))));
}

void run(side& dialer, side& listener, std::size_t slice = SIZE_MAX / 2) {
  for (int round = 0; round < 20 && (alive(dialer) || alive(listener)); ++round) {
    carry(dialer, listener, slice);
    carry(listener, dialer, slice);
  }
}

std::string message(std::string_view text) {
  return std::string(1, static_cast<char>(text.size() + 1)) + std::string{text} + '\n';
}

const std::string header = message("/multistream/1.0.0");

} // namespace

TEST_CASE("upgrade: both sides agree on yamux and know each other", "[unit][tcp]") {
  for (const bool dialer_early : {true, false})
    for (const bool listener_early : {true, false})
      for (const std::size_t slice : {std::size_t{1}, std::size_t{100'000}}) {
        fixture f;
        side dialer{f.ours, direction::outbound, f.theirs.key.id(), dialer_early};
        side listener{f.theirs, direction::inbound, {}, listener_early};
        run(dialer, listener, slice);
        INFO(dialer_early << listener_early << slice);
        REQUIRE(dialer.machine.phase() == upgrade_phase::done);
        REQUIRE(listener.machine.phase() == upgrade_phase::done);
        const auto engine = listener.machine.take_engine();
        REQUIRE(engine->remote() == f.ours.key.id());
        REQUIRE((engine->negotiated() == yamux_protocol) == (dialer_early && listener_early));
        REQUIRE(dialer.machine.take_engine()->remote() == f.theirs.key.id());
      }
}

TEST_CASE("upgrade: another peer than wanted is refused by the dialer", "[unit][tcp]") {
  fixture f;
  side dialer{f.ours, direction::outbound, test::tls_host(9).id()};
  side listener{f.theirs, direction::inbound};
  run(dialer, listener);
  REQUIRE(dialer.machine.phase() == upgrade_phase::failed);
  REQUIRE(dialer.machine.error().code == transport_errc::wrong_peer);
  REQUIRE(listener.machine.phase() == upgrade_phase::failed);
}

TEST_CASE("upgrade: a peer that does not know our security protocol is told apart from one that babbles",
          "[unit][tcp]") {
  fixture f;
  side refused{f.ours, direction::outbound};
  REQUIRE(refused.hear(header + message("na")) == upgrade_phase::failed);
  REQUIRE(refused.machine.error().code == transport_errc::negotiation_failed);
  REQUIRE(refused.machine.error().detail.find("/tls/1.0.0") != std::string::npos);
  side babble{f.ours, direction::inbound};
  REQUIRE(babble.hear(message("GET / HTTP/1.1")) == upgrade_phase::failed);
  REQUIRE(babble.machine.error().code == transport_errc::negotiation_malformed);
}

TEST_CASE("upgrade: a listener goes on after a proposal it does not know", "[unit][tcp]") {
  fixture f;
  side listener{f.theirs, direction::inbound};
  REQUIRE(listener.hear(header + message("/noise")) == upgrade_phase::security);
  REQUIRE(as_text(listener.said()) == header + message("na"));
  REQUIRE(listener.hear(message("/tls/1.0.0")) == upgrade_phase::tls);
}

TEST_CASE("upgrade: bytes that are no TLS end it", "[unit][tcp]") {
  fixture f;
  side listener{f.theirs, direction::inbound};
  REQUIRE(listener.hear(header + message("/tls/1.0.0") + std::string(64, 'x')) == upgrade_phase::failed);
  REQUIRE(listener.machine.error().code == transport_errc::tls_failed);
}

TEST_CASE("upgrade: what a peer says inside TLS before a muxer is agreed is judged", "[unit][tcp]") {
  fixture f;
  side listener{f.theirs, direction::inbound};
  tls::io_buffers out;
  tls::engine client{*f.ours.context, tls::engine::role::client, {}, {}, out};
  listener.hear(header + message("/tls/1.0.0"));
  listener.said();
  std::deque<bytes> kept;
  for (int round = 0; round < 4 && client.handshake() != tls::handshake_state::done; ++round) {
    listener.hear(std::exchange(out.outgoing, {}));
    client.feed(kept.emplace_back(listener.said()));
  }
  listener.hear(std::exchange(out.outgoing, {}));
  REQUIRE(listener.machine.phase() == upgrade_phase::muxer);
  SECTION("no multistream") {
    client.write(bytes(40, 0xff));
    REQUIRE(listener.hear(std::exchange(out.outgoing, {})) == upgrade_phase::failed);
    REQUIRE(listener.machine.error().code == transport_errc::negotiation_malformed);
  }
  SECTION("nothing, as it leaves") {
    client.shutdown();
    REQUIRE(listener.hear(std::exchange(out.outgoing, {})) == upgrade_phase::failed);
    REQUIRE(listener.machine.error().code == transport_errc::closed_remotely);
  }
}
