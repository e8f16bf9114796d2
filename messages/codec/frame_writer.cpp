// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/frame_writer.hpp"

#include "messages/types/assert.hpp"

#include <bit>
#include <cstring>
#include <utility>

namespace troupe {

static_assert(std::endian::native == std::endian::little,
              "frames are written and read in place, little endian");

bool frame_writer::append(std::uint16_t type, byte_view payload) {
  TROUPE_ASSERT(payload.size() <= frame_length_max);
  const frame_header header{static_cast<std::uint32_t>(payload.size()), type, flags_};
  const std::size_t needed = frame_size(header);
  if (!chunk_)
    chunk_ = chunk::make(std::max(capacity_, needed));
  else if (chunk_->room() < needed)
    return false;
  const std::size_t prefix = frame_prefix(flags_);
  std::uint8_t* at = chunk_->data() + chunk_->size();
  std::memcpy(at, &header, sizeof header);
  std::memset(at + sizeof header, 0, prefix - sizeof header);
  if (!payload.empty())
    std::memcpy(at + prefix, payload.data(), payload.size());
  std::memset(at + prefix + payload.size(), 0, needed - prefix - payload.size());
  chunk_->commit(needed);
  ++frames_;
  return true;
}

chunk_ptr frame_writer::take() {
  frames_ = 0;
  return std::exchange(chunk_, chunk_ptr{});
}

chunk_ptr single_frame(std::uint16_t type, byte_view payload, std::uint16_t flags) {
  frame_writer writer{flags, 0};
  writer.append(type, payload);
  return writer.take();
}

} // namespace troupe
