// SPDX-License-Identifier: BSD-3-Clause
// Lays frames out one behind another in a chunk, in the sender's own thread. The number slot of a numbered
// frame stays zero: the session fills it in when the chunk goes onto its lane. Byte table:
// docs/protocols/frame.md.
#pragma once

#include "messages/types/chunk.hpp"
#include "messages/types/frame.hpp"

#include <flatbuffers/flatbuffers.h>

namespace troupe {

class frame_writer {
public:
  static constexpr std::size_t capacity_default = 64 * 1024 + 64; ///< a pooled size

  /// `flags` go onto every frame: frame_numbered for a lane of a session, 0 elsewhere.
  explicit frame_writer(std::uint16_t flags = frame_numbered, std::size_t capacity = capacity_default)
    : flags_(flags), capacity_(capacity) {}

  /// Appends one frame. False if the chunk has no room for it: take() it and try again. A frame beyond the
  /// capacity gets a chunk of its own size when nothing else waits. Longer than frame_length_max is the
  /// caller's error.
  bool append(std::uint16_t type, byte_view payload);

  template <class Table>
  bool append(const flatbuffers::FlatBufferBuilder& built) {
    return append(frame_type_v<Table>, {built.GetBufferPointer(), built.GetSize()});
  }

  /// The chunk so far, null if there is none; the next frame starts a fresh one.
  chunk_ptr take();
  std::size_t frames() const { return frames_; }
  std::size_t size() const { return chunk_ ? chunk_->size() : 0; }

private:
  std::uint16_t flags_;
  std::size_t capacity_;
  std::size_t frames_ = 0;
  chunk_ptr chunk_;
};

/// One frame in a chunk of just its size.
chunk_ptr single_frame(std::uint16_t type, byte_view payload, std::uint16_t flags = frame_numbered);

template <class Table>
chunk_ptr single_frame(const flatbuffers::FlatBufferBuilder& built, std::uint16_t flags = frame_numbered) {
  return single_frame(frame_type_v<Table>, {built.GetBufferPointer(), built.GetSize()}, flags);
}

} // namespace troupe
