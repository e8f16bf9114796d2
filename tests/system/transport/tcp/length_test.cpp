// SPDX-License-Identifier: BSD-3-Clause
// Lengths of 4 GiB on every layer that a stranger reaches. Goal: each is refused before anything is allocated
// for it, counted, and costs the sender its connection; an honest peer gets in afterwards. Method: a
// hand-driven peer that behaves up to the layer in question.
#include "tests/system/support/memory_use.hpp"
#include "tests/system/support/tcp_nodes.hpp"
#include "tests/system/support/wire_peer.hpp"
#include "transport/multistream/message.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;
using namespace troupe::transport;
using yamux::frame_type;

namespace {

constexpr std::uint32_t huge = 0xffffffff;
constexpr std::uint8_t huge_varint[] = {0xff, 0xff, 0xff, 0xff, 0x0f};
constexpr std::size_t growth_max = 64u << 20; // far below 4 GiB, far above noise

/// Lets an attacker loose and checks what it came to.
void attack(transport_errc counted_as, const std::function<void(wire_peer&)>& with) {
  tcp_nodes nodes;
  started_nodes started{nodes};
  const auto before = resident_bytes();
  wire_peer attacker{started.addresses[0]};
  with(attacker);
  CHECK(wait_for([&] { return attacker.closed(); }));
  // The attacker may see the end before the I/O thread has counted it.
  const auto counted = [&] { return nodes.tcp(0).counters().ended[static_cast<std::size_t>(counted_as)]; };
  CHECK(wait_for([&] { return counted() > 0; }));
  CHECK(counted() == 1);
  CHECK(resident_bytes() < before + growth_max);
  CHECK(started.connect(1, 0).dialler);
}

bytes with_header(std::string_view protocol) {
  bytes text;
  append_proposal(text, protocol);
  return text;
}

} // namespace

TEST_CASE("tcp network: a multistream length of 4 GiB is refused", "[system][transport][tcp][length]") {
  attack(transport_errc::negotiation_malformed, [](wire_peer& peer) { peer.send_raw(huge_varint); });
  attack(transport_errc::negotiation_malformed, [](wire_peer& peer) {
    bytes text;
    multistream::append_message(text, multistream::header_text);
    peer.send_raw(text);
    peer.send_raw(huge_varint);
  });
}

TEST_CASE("tcp network: a TLS handshake message of 16 MiB is refused", "[system][transport][tcp][length]") {
  attack(transport_errc::tls_failed, [](wire_peer& peer) {
    peer.send_raw(with_header(tls_protocol));
    const std::uint8_t hello[] = {0x16, 3, 1, 0, 6, 1, 0xff, 0xff, 0xff, 3, 3};
    peer.send_raw(hello);
  });
}

TEST_CASE("tcp network: a multistream length of 4 GiB on a stream is refused",
          "[system][transport][tcp][length]") {
  attack(transport_errc::negotiation_malformed, [](wire_peer& peer) {
    REQUIRE(peer.upgrade());
    peer.send_frame(frame_type::data, yamux::flag::syn, 1, sizeof huge_varint, huge_varint);
  });
}

TEST_CASE("tcp network: a yamux frame of 4 GiB is refused", "[system][transport][tcp][length]") {
  const auto violation = transport_errc::mux_violation;
  SECTION("that opens a stream") {
    attack(violation, [](wire_peer& peer) {
      REQUIRE(peer.upgrade());
      peer.send_frame(frame_type::data, yamux::flag::syn, 1, huge);
    });
  }
  SECTION("on an open stream") {
    attack(violation, [](wire_peer& peer) {
      REQUIRE(peer.upgrade());
      peer.open(1, "/ipfs/ping/1.0.0");
      peer.send_frame(frame_type::data, 0, 1, huge);
    });
  }
  SECTION("for a stream that is not there") {
    attack(violation, [](wire_peer& peer) {
      REQUIRE(peer.upgrade());
      peer.send_frame(frame_type::data, 0, 99, huge);
    });
  }
  SECTION("of credit twice") {
    attack(violation, [](wire_peer& peer) {
      REQUIRE(peer.upgrade());
      peer.open(1, "/ipfs/ping/1.0.0");
      peer.send_frame(frame_type::window_update, 0, 1, huge - yamux::initial_window);
      peer.send_frame(frame_type::window_update, 0, 1, huge);
    });
  }
}

TEST_CASE("tcp network: an identify message of 4 GiB is refused", "[system][transport][tcp][length]") {
  SECTION("pushed") {
    attack(transport_errc::misbehaved, [](wire_peer& peer) {
      REQUIRE(peer.upgrade());
      peer.open(1, identify_push_id, huge_varint);
    });
  }
  SECTION("as the answer we asked for") {
    attack(transport_errc::misbehaved, [](wire_peer& peer) {
      REQUIRE(peer.upgrade());
      auto asked = peer.next_frame();
      while (asked && asked->stream == 0)
        asked = peer.next_frame();
      REQUIRE(asked);
      auto answer = with_header(identify_id);
      answer.insert(answer.end(), std::begin(huge_varint), std::end(huge_varint));
      peer.send_frame(frame_type::data, yamux::flag::ack, asked->stream,
                      static_cast<std::uint32_t>(answer.size()), answer);
    });
  }
}
