// SPDX-License-Identifier: BSD-3-Clause
// TLS 1.3 without I/O: ciphertext in, plaintext out, and back. One engine per connection; the outgoing buffer
// belongs to the I/O thread and is shared by all its connections, so that an idle connection holds none
// (spec: link, section 4). Only the thread that owns `io_buffers` may call it. Source: spec libp2p 1.4 and
// its pitfalls 1, 2, 6, 7, 8.
#pragma once

#include "messages/types/bytes.hpp"
#include "messages/types/peer_id.hpp"
#include "transport/errors.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::transport::tls {

class context; // transport/tls/context.hpp: SSL_CTX with our certificate, made once per node

/// Owned by the I/O thread. Engines append to `outgoing` in every call but feed (read included: a key update
/// is answered there); the pump empties it right after each call. A pump whose link fails clears it, or its
/// bytes would reach the next peer.
struct io_buffers {
  bytes outgoing;
};

/// Ciphertext a handshake may take in; honest ones need less than 8 KiB.
constexpr std::size_t handshake_input_max = 64 * 1024;

enum class handshake_state : std::uint8_t { wants_input, done, failed };

class engine {
public:
  enum class role : std::uint8_t { client, server };

  /// `wanted`: the only peer id accepted. `muxers`: offered in ALPN before "libp2p"; empty = classic
  /// negotiation only.
  engine(context& with, role as, std::optional<peer_id> wanted, std::vector<std::string> muxers,
         io_buffers& shared);
  ~engine();
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;

  /// Hands over ciphertext from the socket. The view must stay valid until handshake() answered wants_input
  /// or read() less than it was asked for. Fed earlier than that, the engine copies what it has not read yet.
  void feed(byte_view ciphertext);
  /// Advances the handshake; the bytes to send, alerts included, are in io_buffers::outgoing. On failed,
  /// error() says why. A client is done before the server has checked its certificate: a refusal shows up as
  /// an error of the first read().
  handshake_state handshake();
  /// Fills `out` as far as the ciphertext goes, across records. Less than out.size() means that more
  /// ciphertext is needed or the session ended (closed() or error()). Only after the handshake.
  std::size_t read(std::span<std::uint8_t> out);
  /// Encrypts all of `plaintext` to io_buffers::outgoing. False if the session has failed or is shut down.
  /// Only after the handshake.
  bool write(byte_view plaintext);
  /// Appends close_notify. No write after it.
  void shutdown();

  bool closed() const;          ///< the peer sent close_notify
  transport_errc error() const; ///< none while healthy
  const std::string& error_detail() const;

  const peer_id& remote() const; ///< valid once done
  const std::string&
  negotiated() const; ///< the ALPN result: a muxer id or "libp2p"; a peer without ALPN counts as "libp2p"

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::transport::tls
