// SPDX-License-Identifier: BSD-3-Clause
// Two engines back to back (tests/support/tls_pair.hpp): who gets in, who does not and why, and what happens
// to the bytes.
#include "tests/support/tls_pair.hpp"

#include <catch2/catch.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>

using namespace troupe;
using namespace troupe::transport;
using namespace troupe::transport::tls;
using namespace troupe::test;

namespace {

// Contexts cost a key generation each, so the tests share these two.
tls_node& alice() {
  static tls_node node{1};
  return node;
}

tls_node& bob() {
  static tls_node node{2};
  return node;
}

bytes pattern(std::size_t size) {
  bytes made(size);
  for (std::size_t i = 0; i < size; ++i)
    made[i] = static_cast<std::uint8_t>(i * 31 + i / 251);
  return made;
}

} // namespace

TEST_CASE("tls engine: both sides learn who the other is and agree on the muxer", "[unit][tls]") {
  for (const std::size_t slice : {std::size_t{SIZE_MAX}, std::size_t{100}, std::size_t{7}}) {
    tls_pair_options options;
    options.wanted = bob().key.id();
    options.slice = slice;
    tls_pair pair{alice(), bob(), options};
    pair.run();
    REQUIRE(pair.both_done());
    REQUIRE(pair.client.remote() == bob().key.id());
    REQUIRE(pair.server.remote() == alice().key.id());
    REQUIRE(pair.client.negotiated() == "/yamux/1.0.0");
    REQUIRE(pair.server.negotiated() == "/yamux/1.0.0");
  }
}

TEST_CASE("tls engine: without an early muxer both sides settle on libp2p", "[unit][tls]") {
  for (const bool client_offers : {true, false}) {
    tls_pair_options options;
    (client_offers ? options.server_muxers : options.client_muxers).clear();
    tls_pair pair{alice(), bob(), options};
    pair.run();
    REQUIRE(pair.both_done());
    REQUIRE(pair.client.negotiated() == "libp2p");
    REQUIRE(pair.server.negotiated() == "libp2p");
  }
}

TEST_CASE("tls engine: the server takes the first muxer of the client that it has", "[unit][tls]") {
  tls_pair_options options;
  options.client_muxers = {"/unheard-of", "/b", "/a"};
  options.server_muxers = {"/a", "/b"};
  tls_pair pair{alice(), bob(), options};
  pair.run();
  REQUIRE(pair.client.negotiated() == "/b");
  REQUIRE(pair.server.negotiated() == "/b");
}

TEST_CASE("tls engine: a client without ALPN counts as classic", "[unit][tls]") {
  tls_node carol{3};
  tls_pair pair{carol, bob()};
  // What a client without the extension sends is what this one sends with it switched off at the last moment.
  SSL* raw = SSL_new(carol.context->native());
  io_buffers out;
  BIO* in = BIO_new(BIO_s_mem());
  BIO* sent = BIO_new(BIO_s_mem());
  SSL_set_bio(raw, in, sent);
  SSL_set_connect_state(raw);
  REQUIRE(SSL_do_handshake(raw) != 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(sent, &data);
  pair.server.feed(as_bytes({data, static_cast<std::size_t>(size)}));
  REQUIRE(pair.server.handshake() == handshake_state::wants_input);
  REQUIRE(pair.server.error() == transport_errc::none);
  SSL_free(raw);
}

TEST_CASE("tls engine: no ALPN id in common fails both sides", "[unit][tls]") {
  tls_node carol{3};
  const std::uint8_t only_other[] = {2, 'h', '2'};
  tls_pair pair{carol, bob()};
  io_buffers out;
  SSL* raw = SSL_new(carol.context->native());
  SSL_set_alpn_protos(raw, only_other, sizeof only_other);
  BIO* in = BIO_new(BIO_s_mem());
  BIO* sent = BIO_new(BIO_s_mem());
  SSL_set_bio(raw, in, sent);
  SSL_set_connect_state(raw);
  REQUIRE(SSL_do_handshake(raw) != 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(sent, &data);
  pair.server.feed(as_bytes({data, static_cast<std::size_t>(size)}));
  REQUIRE(pair.server.handshake() == handshake_state::failed);
  REQUIRE(pair.server.error() == transport_errc::negotiation_failed);
  SSL_free(raw);

  // The client's view: the alert the server has just written.
  pair.client.handshake();
  pair.client.feed(pair.server_out.outgoing);
  REQUIRE(pair.client.handshake() == handshake_state::failed);
  REQUIRE(pair.client.error() == transport_errc::negotiation_failed);
  ERR_clear_error();
}

TEST_CASE("tls engine: another peer than the wanted one is refused and told so", "[unit][tls]") {
  tls_pair_options options;
  options.wanted = tls_host(9).id();
  tls_pair pair{alice(), bob(), options};
  pair.run();
  REQUIRE(pair.client_state == handshake_state::failed);
  REQUIRE(pair.client.error() == transport_errc::wrong_peer);
  REQUIRE(pair.client.error_detail().find(short_name(bob().key.id())) != std::string::npos);
  REQUIRE(pair.server_state == handshake_state::failed);
  REQUIRE(pair.server.error() == transport_errc::tls_failed);
  REQUIRE(pair.server.error_detail().find("bad certificate") != std::string::npos);
}

TEST_CASE("tls engine: an expired certificate is refused by either side", "[unit][tls]") {
  constexpr std::uint64_t century_ms = 101ull * 365 * 24 * 3600 * 1000;
  tls_node late{4};
  *late.wall_ms += century_ms;
  SECTION("by the client") {
    tls_pair pair{late, bob()};
    pair.run();
    REQUIRE(pair.client.error() == transport_errc::certificate_refused);
    REQUIRE(pair.client.error_detail().find("expired") != std::string::npos);
    REQUIRE(pair.server_state == handshake_state::failed);
  }
  SECTION("by the server, which the client learns from its first read") {
    tls_pair pair{alice(), late};
    pair.run();
    REQUIRE(pair.server.error() == transport_errc::certificate_refused);
    REQUIRE(pair.client_state == handshake_state::done);
    REQUIRE(pair.client.error() == transport_errc::tls_failed);
    REQUIRE_FALSE(pair.client.write(bytes{1}));
  }
}

TEST_CASE("tls engine: a certificate from the future is refused", "[unit][tls]") {
  tls_node early{4, tls_wall_ms - 2 * 3600 * 1000};
  tls_pair pair{early, bob()};
  pair.run();
  REQUIRE(pair.client.error() == transport_errc::certificate_refused);
  REQUIRE(pair.client.error_detail().find("not valid yet") != std::string::npos);
}

TEST_CASE("tls engine: two certificates are one too many", "[unit][tls]") {
  tls_node carol{5};
  REQUIRE(
    SSL_CTX_add1_chain_cert(carol.context->native(), SSL_CTX_get0_certificate(bob().context->native())) == 1);
  SECTION("from a server") {
    tls_pair pair{alice(), carol};
    pair.run();
    REQUIRE(pair.client.error() == transport_errc::certificate_refused);
  }
  SECTION("from a client") {
    tls_pair pair{carol, bob()};
    pair.run();
    REQUIRE(pair.server.error() == transport_errc::certificate_refused);
  }
}

TEST_CASE("tls engine: a client without a certificate is refused", "[unit][tls]") {
  tls_node carol{5};
  SSL_CTX_set_cert_cb(
    carol.context->native(),
    [](SSL* ssl, void*) {
      SSL_certs_clear(ssl);
      return 1;
    },
    nullptr);
  tls_pair pair{carol, bob()};
  pair.run();
  REQUIRE(pair.server_state == handshake_state::failed);
  REQUIRE(pair.server.error() == transport_errc::certificate_refused);
}

TEST_CASE("tls engine: an older TLS version is refused", "[unit][tls]") {
  tls_node carol{5};
  SSL_CTX_set_min_proto_version(carol.context->native(), TLS1_2_VERSION);
  SSL_CTX_set_max_proto_version(carol.context->native(), TLS1_2_VERSION);
  tls_pair pair{carol, bob()};
  pair.run();
  REQUIRE(pair.server.error() == transport_errc::tls_failed);
  REQUIRE(pair.client_state == handshake_state::failed);
}

TEST_CASE("tls engine: bytes of any size arrive whole and in order however they are cut", "[unit][tls]") {
  for (const std::size_t slice : {std::size_t{SIZE_MAX}, std::size_t{5000}, std::size_t{13}}) {
    tls_pair_options options;
    options.slice = slice;
    tls_pair pair{alice(), bob(), options};
    pair.run();
    for (const std::size_t size : {1u, 12u, 16384u, 16385u, 100000u}) {
      const auto sent = pattern(size);
      REQUIRE(pair.client.write(sent));
      REQUIRE(pair.read_all(pair.server, tls_pair::take(pair.client_out)) == sent);
      REQUIRE(pair.server.write(sent));
      REQUIRE(pair.read_all(pair.client, tls_pair::take(pair.server_out)) == sent);
    }
  }
}

TEST_CASE("tls engine: a record can be read as a header of 12 bytes and its payload", "[unit][tls]") {
  tls_pair pair{alice(), bob()};
  pair.run();
  const auto sent = pattern(12 + 40000);
  pair.client.write(sent);
  const auto ciphertext = tls_pair::take(pair.client_out);
  pair.server.feed(ciphertext);
  bytes received(sent.size());
  REQUIRE(pair.server.read(std::span{received}.first(12)) == 12);
  REQUIRE(pair.server.read(std::span{received}.subspan(12)) == 40000);
  REQUIRE(received == sent);
  REQUIRE(pair.server.read(received) == 0);
  REQUIRE(pair.server.error() == transport_errc::none);
}

TEST_CASE("tls engine: what is fed before the last view is used up is kept", "[unit][tls]") {
  tls_pair pair{alice(), bob()};
  pair.run();
  const auto sent = pattern(50000);
  pair.client.write(sent);
  bytes received(sent.size());
  {
    const auto ciphertext = tls_pair::take(pair.client_out);
    const byte_view all = ciphertext;
    pair.server.feed(all.first(30000));
    REQUIRE(pair.server.read(std::span{received}.first(10)) == 10);
    pair.server.feed(all.subspan(30000));
  } // the caller's bytes are gone
  REQUIRE(pair.server.read(std::span{received}.subspan(10)) == sent.size() - 10);
  REQUIRE(received == sent);
}

TEST_CASE("tls engine: application bytes right behind the handshake are not lost", "[unit][tls]") {
  tls_pair pair{alice(), bob()};
  pair.client.handshake();
  auto hello = tls_pair::take(pair.client_out);
  pair.server.feed(hello);
  pair.server.handshake();
  auto answer = tls_pair::take(pair.server_out);
  pair.client.feed(answer);
  REQUIRE(pair.client.handshake() == handshake_state::done);
  pair.client.write(pattern(300));
  const auto both = tls_pair::take(pair.client_out);
  pair.server.feed(both);
  REQUIRE(pair.server.handshake() == handshake_state::done);
  bytes received(300);
  REQUIRE(pair.server.read(received) == 300);
  REQUIRE(received == pattern(300));
}

TEST_CASE("tls engine: writing leaves the bytes of other engines in the shared buffer alone", "[unit][tls]") {
  io_buffers shared;
  shared.outgoing = {1, 2, 3};
  engine client{*alice().context, engine::role::client, std::nullopt, {}, shared};
  client.handshake();
  REQUIRE(shared.outgoing.size() > 100);
  REQUIRE(bytes(shared.outgoing.begin(), shared.outgoing.begin() + 3) == bytes{1, 2, 3});
}

TEST_CASE("tls engine: close_notify is seen once the bytes before it are read", "[unit][tls]") {
  tls_pair pair{alice(), bob()};
  pair.run();
  pair.client.write(pattern(10));
  pair.client.shutdown();
  REQUIRE_FALSE(pair.client.write(pattern(1)));
  const auto ciphertext = tls_pair::take(pair.client_out);
  REQUIRE(pair.read_all(pair.server, ciphertext) == pattern(10));
  REQUIRE(pair.server.closed());
  REQUIRE(pair.server.error() == transport_errc::none);
  REQUIRE(pair.server.write(pattern(1)));
}

TEST_CASE("tls engine: garbage instead of a handshake fails it", "[unit][tls]") {
  for (const auto& garbage :
       {pattern(300), bytes(200, 0x16), bytes(64, 0), to_bytes(as_bytes("GET / HTTP/1.1\r\n\r\n"))}) {
    io_buffers out;
    engine server{*bob().context, engine::role::server, std::nullopt, {}, out};
    server.feed(garbage);
    REQUIRE(server.handshake() == handshake_state::failed);
    REQUIRE(server.error() == transport_errc::tls_failed);
    REQUIRE_FALSE(server.error_detail().empty());
    bytes nothing(10);
    REQUIRE(server.read(nothing) == 0);
    REQUIRE_FALSE(server.write(nothing));
  }
}

TEST_CASE("tls engine: a flipped bit in a record ends the session", "[unit][tls]") {
  tls_pair pair{alice(), bob()};
  pair.run();
  pair.client.write(pattern(100));
  auto ciphertext = tls_pair::take(pair.client_out);
  ciphertext[50] ^= 1;
  REQUIRE(pair.read_all(pair.server, ciphertext).empty());
  REQUIRE(pair.server.error() == transport_errc::tls_failed);
  REQUIRE_FALSE(pair.server.write(pattern(1)));
  REQUIRE_FALSE(pair.server_out.outgoing.empty()); // the alert
}

TEST_CASE("tls engine: a peer that stops in mid handshake leaves the engine waiting", "[unit][tls]") {
  tls_pair pair{alice(), bob()};
  pair.client.handshake();
  const auto hello = tls_pair::take(pair.client_out);
  for (std::size_t n = 0; n + 1 < hello.size(); n += 37) {
    io_buffers out;
    engine server{*bob().context, engine::role::server, std::nullopt, {}, out};
    server.feed(byte_view{hello}.first(n));
    REQUIRE(server.handshake() == handshake_state::wants_input);
    REQUIRE(out.outgoing.empty());
  }
}

TEST_CASE("tls engine: a handshake longer than its limit is given up", "[unit][tls]") {
  tls_pair pair{alice(), bob()};
  // One ClientHello record announcing 130,000 bytes, followed by full records of its body.
  bytes flood;
  for (int i = 0; i < 7; ++i) {
    const std::uint8_t header[] = {0x16, 3, 1, 0x40, 0};
    flood.insert(flood.end(), header, header + 5);
    bytes body(0x4000, 0);
    if (i == 0) {
      const std::uint8_t start[] = {1, 1, 0xfb, 0xd0};
      std::copy(start, start + 4, body.begin());
    }
    flood.insert(flood.end(), body.begin(), body.end());
    pair.server.feed(flood);
    if (pair.server.handshake() == handshake_state::failed)
      break;
    flood.clear();
  }
  REQUIRE(pair.server.error() == transport_errc::tls_failed);
  REQUIRE(pair.server.error_detail().find("64 KiB") != std::string::npos);
}
