// SPDX-License-Identifier: BSD-3-Clause
// A peer under the test's control, over a blocking socket: it says as much of multistream, TLS and yamux as
// the test wants, and then anything. Single-threaded.
#pragma once

#include "transport/tcp/upgrade.hpp"
#include "transport/tls/context.hpp"
#include "transport/yamux/header.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::test {

class wire_peer {
public:
  struct options {
    std::string from{};       ///< the IPv4 address it connects from; empty = the system's choice
    int receive_buffer = 0;   ///< bytes of the socket; 0 = the system's choice
    bool early_muxers = true; ///< offers yamux in the TLS handshake
  };
  /// Connects, and says nothing yet.
  explicit wire_peer(const multiaddr& to) : wire_peer(to, options{}) {}
  wire_peer(const multiaddr& to, const options& how);
  wire_peer(const wire_peer&) = delete;
  wire_peer& operator=(const wire_peer&) = delete;
  ~wire_peer();

  bool connected() const { return connected_; }
  /// Bytes on the bare socket.
  void send_raw(byte_view data) const;
  /// True once the other end has closed, whatever it said before. Does not wait.
  bool closed() const;

  /// Up to where yamux begins; false if the other end does not go along.
  bool upgrade();

  // ---- after upgrade()
  /// Inside TLS.
  void send(byte_view plaintext);
  /// A yamux frame whose header says `length`, whatever the payload is.
  void send_frame(transport::yamux::frame_type type, std::uint16_t flags, std::uint32_t stream,
                  std::uint32_t length, byte_view payload = {});
  /// Opens a stream and proposes a protocol on it; `more` follows at once.
  void open(std::uint32_t stream, std::string_view protocol, byte_view more = {});
  /// Waits for the next frame and skips its payload; nothing once the other end has closed.
  std::optional<transport::yamux::header> next_frame();

private:
  void flush();
  bool receive(); ///< waits for bytes from the socket

  int socket_;
  bool connected_ = false;
  bool early_muxers_;
  std::unique_ptr<transport::tls::context> identity_;
  transport::tls::io_buffers out_;
  std::unique_ptr<transport::tls::engine> engine_;
  bytes ciphertext_;
  bytes plaintext_;
};

/// Text as a multistream message.
void append_proposal(bytes& to, std::string_view protocol);

} // namespace troupe::test
