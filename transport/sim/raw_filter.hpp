// SPDX-License-Identifier: BSD-3-Clause
// Drops, duplicates and reorders single troupe frames of one lane's byte stream, in front of the lane's
// window, so that credit stays exact. Pure; owned by a sim_lane. Bytes that are no frames (a length above
// frame_length_max) pass unharmed from there on.
#pragma once

#include "messages/types/chunk.hpp"
#include "messages/types/random_stream.hpp"
#include "transport/sim/fault_plan.hpp"

#include <deque>
#include <vector>

namespace troupe::transport {

class raw_filter {
public:
  static constexpr std::size_t held_max = 16; ///< frames held back at once; a further one is not reordered

  enum class fate : std::uint8_t { passed, duplicated, dropped };
  struct output {
    chunk_ptr frame;
    fate what; ///< duplicated: an extra copy; dropped: not to be sent
  };

  explicit raw_filter(random_stream rng) : rng_(rng) {}

  /// Takes what the writer wrote; appends what becomes of the frames it completes.
  void push(byte_view more, const raw_faults& rates, std::vector<output>& out);
  /// Lets the held frames go, in the order they came.
  void release(std::vector<output>& out);
  /// At the end of the stream: held frames and an incomplete one, as they are.
  void flush(std::vector<output>& out);
  bool holding() const { return !held_.empty(); }

private:
  struct held {
    chunk_ptr frame;
    std::uint64_t passes; ///< frames that still go first
  };

  /// Bytes of the frame at the start of `partial_`; 0 = not known yet.
  std::size_t wanted();
  void decide(chunk_ptr frame, const raw_faults& rates, std::vector<output>& out);
  void count_passed(std::vector<output>& out);

  random_stream rng_;
  bytes partial_;
  std::deque<held> held_;
  bool opaque_ = false;
};

} // namespace troupe::transport
