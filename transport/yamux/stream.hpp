// SPDX-License-Identifier: BSD-3-Clause
// One yamux stream: what waits to be sent, the credit both ways, and which halves are still open. Pure; owned
// by the session, which alone decides what goes out when.
#pragma once

#include "messages/types/chunk.hpp"
#include "transport/yamux/window.hpp"

#include <vector>

namespace troupe::transport::yamux {

/// Chunks in order, sent piece by piece. Holds no memory of its own while empty, and a reservation of its
/// bytes from `budget` otherwise.
class send_queue {
public:
  explicit send_queue(byte_budget& budget) : budget_(&budget) {}
  send_queue(const send_queue&) = delete;
  send_queue& operator=(const send_queue&) = delete;
  ~send_queue() { budget_->release(bytes_); }

  /// False, and nothing taken, if the budget has no room.
  bool push(chunk_ptr more);
  bool empty() const { return next_ == chunks_.size(); }
  std::size_t bytes() const { return bytes_; }
  const chunk_ptr& front() const { return chunks_[next_]; }
  std::size_t offset() const { return offset_; } ///< of the front chunk's first unsent byte
  std::size_t front_left() const { return front()->size() - offset_; }
  /// `n` bytes, at most front_left(), have been sent.
  void advance(std::size_t n);

private:
  void clear();

  byte_budget* budget_;
  std::vector<chunk_ptr> chunks_;
  std::size_t next_ = 0;
  std::size_t offset_ = 0;
  std::size_t bytes_ = 0;
};

struct stream {
  stream(bool opened_locally, byte_budget& windows, byte_budget& sends)
    : local(opened_locally), window(windows), queue(sends) {}

  const bool local;
  receive_window window;
  send_queue queue;
  std::uint32_t send_credit = initial_window;
  std::uint32_t credit_due = 0; ///< to be announced in the next window update
  bool syn_due = false;
  bool ack_due = false;
  bool acknowledged = false; ///< by the peer if local, by us otherwise
  bool finish_wanted = false;
  bool finish_sent = false;
  bool finish_received = false;
  bool in_ready = false;   ///< stands in the session's queue of senders
  bool in_notices = false; ///< stands in the session's queue of window updates

  bool can_send() const { return !queue.empty() && send_credit > 0; }
  bool finish_due() const { return finish_wanted && !finish_sent && queue.empty(); }
  bool ended() const { return finish_sent && finish_received; }
};

} // namespace troupe::transport::yamux
