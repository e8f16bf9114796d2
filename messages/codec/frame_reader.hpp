// SPDX-License-Identifier: BSD-3-Clause
// Cuts the bytes of one lane into frames, in place, in chunks that it owns until they hold complete frames.
// One per inbound lane, on the I/O thread. A length is checked against frame_max when its header is complete
// and before anything is allocated for it; memory then grows with the bytes that came, never with the length
// that was announced. Byte table: docs/protocols/frame.md.
#pragma once

#include "messages/types/chunk.hpp"
#include "messages/types/expected.hpp"
#include "messages/types/fifo.hpp"
#include "messages/types/frame.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace troupe {

enum class frame_errc : std::uint8_t {
  too_long = 1,       ///< the payload is longer than the lane allows
  unknown_flags = 2,  ///< a flag bit this version does not define
  number_missing = 3, ///< the lane is numbered and the frame is not
  number_present = 4, ///< the lane is not numbered and the frame is
};

std::string_view name_of(frame_errc code);

/// A run of complete frames of one lane, in order. On a numbered lane frame i has the number `first + i`.
struct frame_run {
  chunk_ptr owner;
  struct item {
    std::uint16_t type;
    std::uint32_t offset; ///< of the payload in the owner
    std::uint32_t length;
  };
  std::vector<item> items;
  std::uint64_t first = 0;   ///< 0 on a lane without numbers
  std::size_t wire_size = 0; ///< bytes of the lane that this run stands for: its credit

  byte_view payload(const item& at) const { return {owner->data() + at.offset, at.length}; }
};

struct frame_rules {
  std::size_t frame_max; ///< payload bytes, at most frame_length_max
  bool numbered = true;
};

class frame_reader {
public:
  static constexpr std::size_t idle_size =
    976; ///< capacity while little comes; below 1 KiB with its overhead
  static constexpr std::size_t early_size =
    64 * 1024; ///< longer incomplete frames give their credit back early
  static constexpr std::size_t busy_size = 64 * 1024 + 64; ///< pooled
  static constexpr std::size_t bulk_size = 256 * 1024;     ///< pooled

  explicit frame_reader(frame_rules rules) : rules_(rules) {}

  /// Room for at least one byte, if possible for `expected`. Valid until the next call.
  std::span<std::uint8_t> prepare(std::size_t expected);
  /// `n` bytes were written there. After an error the lane is useless and the reader must not be called
  /// again.
  expected<void, frame_errc> commit(std::size_t n);
  /// The end of a read turn: afterwards poll() gives the runs that came, and no chunk is both shared and
  /// written to.
  void turn_end();
  std::optional<frame_run> poll();
  /// Bytes of a long incomplete frame to grant at once, lest a frame longer than the lane's window waits for
  /// itself. Answered once.
  std::size_t early_credit();

  std::size_t held() const { return chunk_ ? chunk_->capacity() : 0; }

private:
  expected<void, frame_errc> parse();
  void add(const frame_header& header, std::size_t size);
  void close_run();
  void move_tail(std::size_t room);
  std::size_t tail() const { return chunk_ ? chunk_->size() - at_ : 0; }
  std::size_t capacity_for(std::size_t wanted) const;

  frame_rules rules_;
  chunk_ptr chunk_;
  std::size_t at_ = 0;     // start of the first incomplete frame
  std::size_t needed_ = 0; // its whole size once its header is known, else 0
  std::size_t early_ = 0;  // bytes of it already granted
  std::size_t turn_bytes_ = 0;
  std::size_t last_turn_bytes_ = 0;
  std::size_t last_run_items_ = 0;
  frame_run run_;
  fifo<frame_run> ready_;
};

} // namespace troupe
