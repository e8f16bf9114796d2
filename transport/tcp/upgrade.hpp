// SPDX-License-Identifier: BSD-3-Clause
// From a bare byte stream to an authenticated, multiplexed one, without I/O: multistream agrees on TLS, the
// TLS handshake proves both peers, the muxer comes from its ALPN or from multistream inside it. What is to be
// sent is in the I/O thread's outgoing buffer after each call. Owned by a connection until it is done.
// Source: spec libp2p 1.3, 1.4.
#pragma once

#include "transport/link.hpp"
#include "transport/multistream/negotiator.hpp"
#include "transport/network.hpp"
#include "transport/tls/engine.hpp"

#include <optional>
#include <variant>

namespace troupe::transport {

constexpr std::string_view tls_protocol = "/tls/1.0.0";
constexpr std::string_view yamux_protocol = "/yamux/1.0.0";

struct upgrade_options {
  tls::context* identity = nullptr;
  tls::io_buffers* shared = nullptr;
  direction side = direction::inbound;
  std::optional<peer_id> wanted;
  bool early_muxers = true;
};

enum class upgrade_phase : std::uint8_t { security, tls, muxer, done, failed };

class upgrade {
public:
  explicit upgrade(const upgrade_options& options);

  /// Produces what the dialer says first.
  void start();
  /// Takes all of `data`; what follows the upgrade stays in the TLS engine. The view must be valid until the
  /// engine is read.
  upgrade_phase feed(byte_view data);
  upgrade_phase phase() const { return phase_; }
  /// Once failed.
  const transport_error& error() const { return error_; }
  /// Once done: the engine, ready for yamux.
  std::unique_ptr<tls::engine> take_engine() { return std::move(engine_); }

private:
  using side_of_multistream = std::variant<multistream::dialer, multistream::listener>;
  side_of_multistream negotiator_for(std::string_view protocol) const;
  multistream::negotiator& talking();
  void begin_tls();
  void handshake();
  void negotiate_muxer();
  void fail(transport_errc code, std::string detail);

  upgrade_options options_;
  upgrade_phase phase_ = upgrade_phase::security;
  side_of_multistream negotiator_;
  std::unique_ptr<tls::engine> engine_;
  transport_error error_{transport_errc::none, {}};
};

} // namespace troupe::transport
