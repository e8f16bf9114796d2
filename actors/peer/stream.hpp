// SPDX-License-Identifier: BSD-3-Clause
// Streams of foreign protocols for embedders: messages behind a uvarint length, as libp2p's protocols have
// them, or bytes as they come. Callbacks run on the network's thread and must not block; credit goes back
// when a callback returns. Network thread only, except the methods of stream, which may be called from
// anywhere.
#pragma once

#include "actors/peer/peer_signals.hpp"
#include "transport/protocol.hpp"

#include <array>
#include <functional>
#include <memory>

namespace troupe::peer {

/// An open stream. It stays open when the last copy goes; close or reset ends it.
class stream {
public:
  stream(transport::lane_ptr lane, bool prefixed) : lane_(std::move(lane)), prefixed_(prefixed) {}

  /// Queues one message (or, without prefixes, bytes). Whoever writes much waits for stream_events::drained.
  void write(byte_view message) const;
  /// Half-close: the peer sees the end behind what was written.
  void close() const { lane_->finish(); }
  void reset() const { lane_->reset(); }

private:
  transport::lane_ptr lane_;
  bool prefixed_;
};

struct stream_events {
  std::function<void(const stream& self, std::string_view protocol)> opened;
  std::function<void(byte_view message)> message; ///< valid during the call
  std::function<void(std::size_t bytes)>
    drained;                      ///< so many written bytes, prefixes included, have left our queue
  std::function<void()> finished; ///< the peer half-closed
  std::function<void(transport::transport_errc why)> closed; ///< the last call
};

struct stream_rules {
  bool prefixed = true; ///< false: message gets bytes as they come
  std::size_t message_max =
    1024 * 1024; ///< a longer announced message resets the stream before anything is allocated
};

class stream_handler final : public transport::lane_handler {
public:
  stream_handler(stream_events events, stream_rules rules) : events_(std::move(events)), rules_(rules) {}

  void opened(const transport::lane_ptr& self, std::string_view protocol) override;
  std::span<std::uint8_t> prepare(std::size_t) override { return piece_; }
  void commit(std::size_t n) override;
  void drained(std::size_t n) override;
  void finished() override;
  void closed(transport::transport_errc why) override;

private:
  bool cut();

  stream_events events_;
  stream_rules rules_;
  transport::lane_ptr lane_;
  bool broken_ = false;
  bytes pending_; // an incomplete message with its prefix
  std::array<std::uint8_t, 4096> piece_;
};

/// For peers_handle: a stream to `who`, who is dialled if need be.
open_stream open_stream_to(const peer_id& who, std::vector<multiaddr> addresses,
                           std::vector<std::string> protocols, stream_events events, stream_rules rules = {});

/// For peers_handle: a protocol whose inbound streams get the events that `accept` gives.
mount_protocol serve_streams(std::vector<std::string> protocols,
                             std::function<stream_events(const peer_id& from)> accept,
                             stream_rules rules = {});

} // namespace troupe::peer
