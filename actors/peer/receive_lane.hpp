// SPDX-License-Identifier: BSD-3-Clause
// The receiving half of one lane of a session: which frames of a run are new, and when an acknowledgement is
// due. Pure; owned by the session. docs/protocols/session.md.
#pragma once

#include "actors/peer/send_lane.hpp"

namespace troupe::peer {

/// Which part of a run of frames to hand on: `take` of them after the first `skip`.
struct accepted {
  std::size_t skip = 0;
  std::size_t take = 0;
};

class receive_lane {
public:
  static constexpr std::size_t ack_frames = 64;
  static constexpr std::size_t ack_bytes = 64 * 1024;
  static constexpr std::uint64_t number_max = std::uint64_t{1}
                                              << 62; ///< no lane lives that long; larger ones are ignored
  static constexpr duration ask_every =
    std::chrono::milliseconds{50}; ///< between two asks for the same frame

  explicit receive_lane(delivery mode) : mode_(mode) {}

  /// `count` frames numbered `first` onwards came. A reliable lane takes only the next number; an ephemeral
  /// one any later number.
  accepted receive(std::uint64_t first, std::size_t count, std::size_t wire_size, time_point now);
  /// Frames came before it was known whose they are: they will be asked for again.
  void receive_early() { missing_ = mode_ == delivery::reliable; }
  void reset() { *this = receive_lane{mode_}; }

  /// Something has come, new or not, that has not been acknowledged.
  bool ack_pending() const { return pending_ || missing_; }
  /// Enough has come, or something is missing, to acknowledge at once.
  bool ack_due() const { return frames_ >= ack_frames || bytes_ >= ack_bytes || missing_; }
  /// An acknowledgement of received_up_to goes out; answers whether it asks for the next one.
  bool acknowledge(time_point now);
  delivery mode() const { return mode_; }
  std::uint64_t received_up_to() const { return last_; }
  std::uint64_t duplicates() const { return duplicates_; }
  std::uint64_t gaps() const { return gaps_; }

private:
  delivery mode_;
  bool pending_ = false;
  bool missing_ = false;
  std::uint64_t last_ = 0;
  std::size_t frames_ = 0;
  std::size_t bytes_ = 0;
  std::uint64_t duplicates_ = 0;
  std::uint64_t gaps_ = 0;
  std::uint64_t asked_after_ = ~std::uint64_t{0};
  time_point asked_at_{};
};

} // namespace troupe::peer
