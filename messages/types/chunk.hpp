// SPDX-License-Identifier: BSD-3-Clause
// A reference-counted byte buffer: what crosses threads, what a flat<T> points into, what a lane sends.
// Whoever created it fills it; once shared it is immutable, except for the headroom, which belongs to the I/O thread:
// it writes the yamux header there, directly in front of the bytes, so that sending copies nothing.
// Buffers of the two working sizes come from a bounded pool, as fresh ones fault pages (spec/link.md: bulk -24 %).
#pragma once

#include "messages/types/bytes.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace troupe {

class chunk_ptr;

class alignas(16) chunk {
public:
  static constexpr std::size_t headroom = 16; ///< bytes in front of data(), for a 12-byte yamux header

  /// A chunk with `capacity` bytes of room (at most 4 GiB - 1) and none used. data() is 16-aligned.
  static chunk_ptr make(std::size_t capacity);
  static chunk_ptr copy_of(byte_view data);

  std::uint8_t* data() { return reinterpret_cast<std::uint8_t*>(this + 1) + headroom; }
  const std::uint8_t* data() const { return reinterpret_cast<const std::uint8_t*>(this + 1) + headroom; }
  std::uint32_t size() const { return size_; }
  std::uint32_t capacity() const { return capacity_; }
  std::uint32_t room() const { return capacity_ - size_; }
  byte_view view() const { return {data(), size_}; }

  /// Appends; the caller has checked room(). Only before the chunk is shared.
  void append(byte_view more);
  /// Says that `n` more bytes were written at data() + size().
  void commit(std::size_t n) { size_ += static_cast<std::uint32_t>(n); }
  void clear() { size_ = 0; }

private:
  friend class chunk_ptr;
  explicit chunk(std::uint32_t capacity) : capacity_(capacity) {}
  void release();

  std::uint32_t capacity_;
  std::uint32_t size_ = 0;
  std::atomic<std::uint32_t> references_{1};
};

static_assert(sizeof(chunk) == 16);

/// Shared ownership of a chunk. Copying is one relaxed increment.
class chunk_ptr {
public:
  chunk_ptr() = default;
  chunk_ptr(const chunk_ptr& other) : chunk_(other.chunk_) {
    if (chunk_)
      chunk_->references_.fetch_add(1, std::memory_order_relaxed);
  }
  chunk_ptr(chunk_ptr&& other) noexcept : chunk_(std::exchange(other.chunk_, nullptr)) {}
  chunk_ptr& operator=(chunk_ptr other) noexcept {
    std::swap(chunk_, other.chunk_);
    return *this;
  }
  ~chunk_ptr() {
    if (chunk_ && chunk_->references_.fetch_sub(1, std::memory_order_acq_rel) == 1)
      chunk_->release();
  }

  chunk* get() const { return chunk_; }
  chunk* operator->() const { return chunk_; }
  chunk& operator*() const { return *chunk_; }
  explicit operator bool() const { return chunk_ != nullptr; }
  /// True if nobody else holds it, so that its owner may write again.
  bool unique() const { return chunk_ && chunk_->references_.load(std::memory_order_acquire) == 1; }

private:
  friend class chunk;
  explicit chunk_ptr(chunk* adopted) : chunk_(adopted) {}
  chunk* chunk_ = nullptr;
};

} // namespace troupe
