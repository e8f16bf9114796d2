// SPDX-License-Identifier: BSD-3-Clause
// TLS 1.3 without I/O: ciphertext in, plaintext out, and back. One engine per connection; the two big buffers belong to the
// I/O thread and are shared by all its connections, so that an idle connection holds none (spec/link.md section 4).
// Only the thread that owns `io_buffers` may call it. Source: spec/libp2p.md 1.4 and its pitfalls 1, 2, 6, 7, 8.
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

/// Owned by the I/O thread. `outgoing` is filled by engines and emptied by the pump right after each call; a pump whose link fails
/// clears it, or its bytes would reach the next peer.
struct io_buffers {
  bytes outgoing;
};

enum class handshake_state : std::uint8_t { wants_input, done, failed };

class engine {
public:
  enum class role : std::uint8_t { client, server };

  /// `wanted`: the only peer id accepted. `muxers`: offered in ALPN before "libp2p"; empty = classic negotiation only.
  engine(context& with, role as, std::optional<peer_id> wanted, std::vector<std::string> muxers, io_buffers& shared);
  ~engine();
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;

  /// Hands over ciphertext from the socket. The view must stay valid until the engine has read it all (handshake or read answered
  /// that it wants more); what is left of an incomplete record is kept by the engine.
  void feed(byte_view ciphertext);
  /// Advances the handshake; the bytes to send are in io_buffers::outgoing. On failed, error() says why.
  handshake_state handshake();
  /// Plaintext into `out`: the number of bytes, 0 when more ciphertext is needed or the session ended (closed() or error()).
  std::size_t read(std::span<std::uint8_t> out);
  /// Encrypts all of `plaintext` to io_buffers::outgoing. False if the session has failed.
  bool write(byte_view plaintext);
  /// Appends close_notify.
  void shutdown();

  bool closed() const; ///< the peer sent close_notify
  transport_errc error() const; ///< none while healthy
  const std::string& error_detail() const;

  const peer_id& remote() const;           ///< valid once done
  const std::string& negotiated() const;   ///< the ALPN result: a muxer id or "libp2p"

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace troupe::transport::tls
