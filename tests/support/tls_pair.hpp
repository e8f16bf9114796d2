// SPDX-License-Identifier: BSD-3-Clause
// A TLS client and server engine back to back, without sockets: what one appends to its outgoing buffer is
// fed to the other. Each side has buffers of its own, as on two machines. Single-threaded; used by tests and
// fuzz targets.
#pragma once

#include "transport/tls/context.hpp"
#include "transport/tls/engine.hpp"

#include <array>
#include <memory>

namespace troupe::test {

constexpr std::uint64_t tls_wall_ms = 1'700'000'000'000; ///< the clock of most tests

inline key_pair tls_host(std::uint8_t number) {
  std::array<std::uint8_t, 32> seed{};
  seed.fill(number);
  return key_pair::from_seed(seed);
}

/// One node: a host key and its TLS context, whose clock the test may turn.
struct tls_node {
  explicit tls_node(std::uint8_t number, std::uint64_t made_at = tls_wall_ms)
    : key(tls_host(number)), wall_ms(std::make_shared<std::uint64_t>(made_at)) {
    context = std::move(*transport::tls::context::make(key, [clock = wall_ms] { return *clock; }));
  }

  key_pair key;
  std::shared_ptr<std::uint64_t> wall_ms;
  std::unique_ptr<transport::tls::context> context;
};

struct tls_pair_options {
  std::optional<peer_id> wanted; ///< by the client
  std::vector<std::string> client_muxers{"/yamux/1.0.0"};
  std::vector<std::string> server_muxers{"/yamux/1.0.0"};
  std::size_t slice = SIZE_MAX; ///< bytes per feed
};

class tls_pair {
public:
  using engine = transport::tls::engine;
  using state = transport::tls::handshake_state;

  tls_pair(tls_node& client_node, tls_node& server_node, tls_pair_options options = {})
    : client(*client_node.context, engine::role::client, options.wanted, options.client_muxers, client_out),
      server(*server_node.context, engine::role::server, std::nullopt, options.server_muxers, server_out),
      slice_(options.slice) {}

  /// Runs both handshakes until neither has anything to say.
  void run() {
    client_state = client.handshake();
    server_state = server.handshake();
    while (!client_out.outgoing.empty() || !server_out.outgoing.empty()) {
      carry_handshake(client_out, server, server_state);
      carry_handshake(server_out, client, client_state);
    }
  }

  bool both_done() const { return client_state == state::done && server_state == state::done; }

  /// Takes what a side wants sent.
  static bytes take(transport::tls::io_buffers& from) { return std::exchange(from.outgoing, {}); }

  /// Feeds `ciphertext` in slices and reads all plaintext.
  bytes read_all(engine& to, byte_view ciphertext) const {
    bytes plaintext;
    std::array<std::uint8_t, 4096> buffer;
    while (!ciphertext.empty()) {
      const auto part = ciphertext.first(std::min(slice_, ciphertext.size()));
      ciphertext = ciphertext.subspan(part.size());
      to.feed(part);
      std::size_t n = 0;
      do {
        n = to.read(buffer);
        plaintext.insert(plaintext.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(n));
      } while (n == buffer.size());
    }
    return plaintext;
  }

  transport::tls::io_buffers client_out, server_out;
  engine client, server;
  state client_state = state::wants_input, server_state = state::wants_input;

private:
  void carry_handshake(transport::tls::io_buffers& from, engine& to, state& progress) {
    const auto flight = take(from);
    byte_view rest = flight;
    while (!rest.empty()) {
      const auto part = rest.first(std::min(slice_, rest.size()));
      rest = rest.subspan(part.size());
      if (progress == state::done) {
        read_all(to, part); // an alert, or nothing
        continue;
      }
      to.feed(part);
      progress = to.handshake();
      if (progress == state::done)
        to.read({}); // nothing has been sent behind the handshake yet
    }
  }

  std::size_t slice_;
};

} // namespace troupe::test
