// SPDX-License-Identifier: BSD-3-Clause
// A yamux session without I/O: headers in, frames out, events. The owner reads 12 bytes, calls receive(),
// takes the events, moves the payload to where it belongs and calls payload_done(). Payload bytes never pass
// through here; what is sent stays in the writer's chunk. Credit goes out only as the owner returns it. Pure:
// `now` is an argument. One thread. Source: spec libp2p 1.6; limits in docs/protocols/yamux.md.
#pragma once

#include "messages/types/fifo.hpp"
#include "transport/errors.hpp"
#include "transport/yamux/header.hpp"
#include "transport/yamux/stream_table.hpp"

#include <optional>

namespace troupe::transport::yamux {

/// Payload bytes of one frame we send; a pooled chunk goes out whole. Also what one stream sends before the
/// next has its turn.
constexpr std::size_t frame_payload_max = 64 * 1024 + 64;

struct session_options {
  stream_limits streams;
  std::size_t send_queue_max = 64u << 20; ///< bytes one stream may have waiting
  std::size_t control_max = 1024;         ///< frames (pongs, resets) waiting for a peer that does not read
  std::uint32_t skip_max = 16u << 20;     ///< longest payload skipped for a stream that is gone
  duration keepalive_idle = std::chrono::seconds{30};    ///< silence after which the peer is pinged
  duration keepalive_timeout = std::chrono::seconds{30}; ///< silence after that ping
  duration rtt_interval = std::chrono::seconds{10};      ///< between measurements while streams move
};

enum class event_kind : std::uint8_t {
  opened,   ///< by the peer: call accept or reset before reading the payload
  finished, ///< the peer half-closed
  ended,    ///< both halves are closed; the id is free
  reset,    ///< by the peer; the id is free
  refused,  ///< a stream that the peer opened beyond a cap or budget; it was reset
  gone_away ///< the peer opens no more streams; `value` is its reason
};
struct event {
  event_kind kind;
  std::uint32_t stream = 0;
  std::uint32_t value = 0;
};

/// What follows a header: `length` bytes, for `stream`, or to be thrown away if that is 0.
struct inbound_payload {
  std::uint32_t stream = 0;
  std::uint32_t length = 0;
};

/// A frame to send: the header and head.length bytes of `body` from `offset` on if it is a data frame with
/// any.
struct outbound_frame {
  header head;
  chunk_ptr body;
  std::size_t offset = 0;
};

enum class go_away_reason : std::uint32_t { normal = 0, protocol_error = 1, internal_error = 2 };

class session {
public:
  /// The budgets must outlive it: `windows` is drawn on before a receive window grows, `sends` for what waits
  /// to be sent.
  session(role ours, const session_options& options, byte_budget& windows, byte_budget& sends,
          time_point now);

  // ---- receiving
  /// Takes a 12-byte header. mux_violation or memory_exceeded end the session.
  expected<inbound_payload, transport_errc> receive(const std::uint8_t* header_bytes, time_point now);
  /// All bytes of the payload the last receive() announced have been read.
  void payload_done();
  std::optional<event> poll();

  // ---- streams
  /// Opens one; 0 if a cap or budget is reached or the peer is going away. Nothing is sent before the first
  /// write or finish.
  std::uint32_t open();
  /// Admits a stream the peer opened: acknowledged with the next frame.
  void accept(std::uint32_t id);
  /// What its receive window may grow to, bytes.
  void limit_window(std::uint32_t id, std::uint32_t size_max);
  /// False if the stream cannot take it: its queue or the budget is full. Writing to a finished or unknown
  /// stream is ignored.
  bool write(std::uint32_t id, chunk_ptr more);
  void finish(std::uint32_t id);
  void reset(std::uint32_t id);
  /// The consumer returns `n` bytes of credit.
  void grant(std::uint32_t id, std::size_t n, time_point now);

  /// Announces returned credit at once, however little, so that the consumer of an accepted stream has its
  /// whole window.
  void announce(std::uint32_t id);

  // ---- sending
  /// The next frame: answers first, then window updates, then data, streams taking turns. False if nothing
  /// can be sent.
  bool next(outbound_frame& frame);
  bool wants_to_send() const { return !control_.empty() || !notices_.empty() || !ready_.empty(); }

  // ---- session
  void go_away(go_away_reason why);
  void ping(time_point now);
  /// Sends a keep-alive ping when the peer has been silent; keepalive_timeout when that was not answered
  /// either.
  transport_errc tick(time_point now);
  std::optional<duration> round_trip() const { return round_trip_; }
  const stream_table& streams() const { return table_; }
  bool has(std::uint32_t id) { return table_.find(id) != nullptr; }
  std::size_t queued(std::uint32_t id);

private:
  using outcome = expected<inbound_payload, transport_errc>;
  outcome receive_for_stream(const header& from);
  outcome receive_data(const header& from, stream& of);
  outcome skip(const header& from) const;
  expected<stream*, transport_errc> resolve(const header& from);
  bool receive_ping(const header& from, time_point now);
  void received_finish(std::uint32_t id, stream& of);
  void drop(std::uint32_t id, event_kind why);
  void make_ready(std::uint32_t id, stream& of);
  void notify(std::uint32_t id, stream& of);
  bool next_notice(outbound_frame& frame);
  bool next_data(outbound_frame& frame);
  bool owes_too_much() const;
  static std::uint16_t take_open_flags(stream& of);
  void measured(duration sample);

  session_options options_;
  stream_table table_;
  fifo<header> control_;
  fifo<std::uint32_t> notices_;
  fifo<std::uint32_t> ready_;
  fifo<event> events_;
  std::size_t turn_left_ =
    frame_payload_max;          ///< bytes the stream at the front of ready_ may still send in this turn
  std::uint32_t finishing_ = 0; ///< stream whose announced payload carries FIN
  bool peer_gone_ = false;
  time_point heard_;
  std::uint32_t ping_value_ = 0;
  std::optional<time_point> ping_sent_;
  std::optional<time_point> measured_at_;
  std::optional<duration> round_trip_;
};

} // namespace troupe::transport::yamux
