// SPDX-License-Identifier: BSD-3-Clause
// The sending half of one lane of a session: numbers frames, keeps reliable ones until they are acknowledged,
// and says what to write next. Loss (which only the raw simulation and a broken link have) is repaired by
// going back to the first unacknowledged chunk. Pure; owned by the session. docs/protocols/session.md.
#pragma once

#include "actors/peer/retained_budget.hpp"
#include "messages/types/chunk.hpp"
#include "messages/types/fifo.hpp"
#include "messages/types/time.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace troupe::peer {

enum class delivery : std::uint8_t {
  reliable, ///< retained until acknowledged, sent again after a reconnect or a loss
  ephemeral ///< written once or dropped
};

enum class admission : std::uint8_t {
  taken = 0,
  full = 1, ///< dropped: twice over its bound, or an ephemeral lane that cannot keep up or is not connected
  malformed = 2,   ///< dropped: not whole numbered frames
  over_budget = 3, ///< dropped: the peer holds its part of what the node may retain
};

/// What a chunk uses up of its lane's credit, and counts as retained: its memory, not its frames.
inline std::size_t credit_cost(const chunk& frames) {
  constexpr std::size_t bookkeeping = 96;
  return frames.capacity() + bookkeeping;
}

class send_lane {
public:
  static constexpr std::size_t recovery_window = 256 * 1024; ///< bytes in flight while repairing a loss
  static constexpr duration timeout_min = std::chrono::seconds{1};
  static constexpr duration timeout_max = std::chrono::seconds{60};
  static constexpr duration ask_again_min = std::chrono::milliseconds{10};

  /// `share`: the peer's part of the node's budget, outlives the lane; null: no budget.
  send_lane(delivery mode, std::size_t retained_max, retained_share* share = nullptr)
    : mode_(mode), retained_max_(retained_max), share_(share) {}

  /// Numbers the frames of the chunk, copying it if others hold it, and queues it.
  /// `labels` stay with it until it is acknowledged or dropped.
  admission push(chunk_ptr frames, std::vector<std::string> labels = {});
  /// The next chunk to write, now; nothing while the lane is not open.
  chunk_ptr next_write(time_point now);

  /// The outgoing stream is there, or gone. What was in flight is written again on the next one.
  void opened() { open_ = true; }
  void closed();
  /// `total` bytes of this stream have left our queue.
  void drained(std::uint64_t total, time_point now);

  /// Everything up to `number` has arrived; false = it was never sent. With `resend` the peer saw a later
  /// one.
  bool acknowledged(std::uint64_t number, bool resend, time_point now);
  /// Goes back if the first unacknowledged frames have been out for too long. True if it did.
  bool repair(time_point now);
  /// A new incarnation of the peer: numbers start at 1 again, for retained frames too.
  void restart();
  /// The labels of what was acknowledged since the last call, in order of sending.
  std::vector<std::string> take_labels() { return std::exchange(acked_labels_, {}); }
  /// New credit for local senders, in the unit of credit_cost: what they hold and what is retained stay
  /// within the bound together. Nothing until that has fallen to half of it, so that credit comes in large
  /// pieces.
  std::size_t take_credit();
  /// Whoever held credit is gone and will not use it.
  void reclaim_credit() { credit_ = 0; }

  delivery mode() const { return mode_; }
  bool is_open() const { return open_; }
  bool in_flight() const { return cursor_ > 0; }
  std::uint64_t last_number() const { return next_ - 1; }
  std::uint64_t acked() const { return acked_; }
  std::size_t retained() const { return retained_; }
  std::uint64_t dropped() const { return dropped_; }
  duration round_trip() const { return rtt_; }
  /// A round trip measured elsewhere on the link (hello to ack).
  void seed_round_trip(duration sample) { take_sample(sample); }

private:
  struct entry {
    chunk_ptr frames;
    std::uint64_t first;
    std::uint32_t count;
    std::uint32_t sends;
    std::uint64_t end; // of its last writing, in bytes of the stream
    time_point sent_at;
    std::vector<std::string> labels;
  };

  static std::size_t cost_of(const entry& e) { return credit_cost(*e.frames); }
  void hold(std::size_t n);
  void let_go(std::size_t n);
  void go_back();
  void front_changed(time_point now);
  void take_sample(duration sample);

  delivery mode_;
  std::size_t retained_max_;
  retained_share* share_;
  bool open_ = false;
  bool recovering_ = false;
  bool front_drained_ = false;
  fifo<entry> entries_;
  std::vector<std::string> acked_labels_;
  std::size_t cursor_ = 0; // entries before it are in flight
  std::size_t in_flight_bytes_ = 0;
  std::uint64_t next_ = 1;
  std::uint64_t acked_ = 0;
  std::size_t retained_ = 0;
  std::size_t credit_ = 0; // handed out and not used up
  std::uint64_t written_ = 0;
  std::uint64_t drained_ = 0;
  std::uint64_t dropped_ = 0;
  duration rtt_{};
  duration rtt_min_ = duration::max();
  duration timeout_ = timeout_min;
  time_point quiet_since_{};
};

/// Writes `first`, `first + 1` ... into the number slots; the count, or nothing if the bytes are not whole
/// numbered frames; they may then be numbered in part.
std::optional<std::uint32_t> number_frames(chunk& frames, std::uint64_t first);

} // namespace troupe::peer
