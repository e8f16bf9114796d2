// SPDX-License-Identifier: BSD-3-Clause
// flat<T>: an immutable, reference-counted, 8-aligned FlatBuffer with a verified root; batch<T>: many of them in one chunk.
// Copying either is one increment. Bytes are verified once, where they enter (adopt), and never again.
// A default-constructed flat is null ("poisoned"): the value a failed verification leaves behind.
#pragma once

#include "messages/types/chunk.hpp"
#include "messages/types/expected.hpp"
#include "messages/types/frame.hpp"

#include <flatbuffers/flatbuffers.h>

#include <memory>
#include <vector>

namespace troupe {

enum class flat_errc : std::uint8_t {
  not_verified = 1, ///< the bytes are no FlatBuffer of this type
  too_long = 2,     ///< longer than frame_length_max or the protocol's own limit
  misaligned = 3,   ///< the payload does not start at a multiple of 8
};

constexpr flatbuffers::uoffset_t flat_depth_max = 16;     ///< nesting the verifier follows
constexpr flatbuffers::uoffset_t flat_tables_max = 65536; ///< tables the verifier visits in one buffer

template <class Table>
class flat {
public:
  flat() = default;

  /// Takes `length` bytes at `payload`, which lie inside `owner`, after verifying them.
  static expected<flat, flat_errc> adopt(chunk_ptr owner, const std::uint8_t* payload, std::size_t length) {
    if (length > frame_length_max)
      return unexpected(flat_errc::too_long);
    if (reinterpret_cast<std::uintptr_t>(payload) % 8 != 0)
      return unexpected(flat_errc::misaligned);
    flatbuffers::Verifier verifier{payload, length, flat_depth_max, flat_tables_max};
    if (!verifier.VerifyBuffer<Table>(nullptr))
      return unexpected(flat_errc::not_verified);
    return trusted(std::move(owner), payload, length);
  }

  /// Takes bytes that this process built or has verified already.
  static flat trusted(chunk_ptr owner, const std::uint8_t* payload, std::size_t length) {
    flat result;
    result.owner_ = std::move(owner);
    result.payload_ = payload;
    result.length_ = static_cast<std::uint32_t>(length);
    return result;
  }

  /// Copies the finished builder's bytes into a chunk of their own.
  static flat of(const flatbuffers::FlatBufferBuilder& builder) {
    auto owner = chunk::copy_of({builder.GetBufferPointer(), builder.GetSize()});
    const auto* payload = owner->data();
    return trusted(std::move(owner), payload, builder.GetSize());
  }

  explicit operator bool() const { return payload_ != nullptr; }
  const Table* operator->() const { return flatbuffers::GetRoot<Table>(payload_); }
  const Table& operator*() const { return *flatbuffers::GetRoot<Table>(payload_); }
  byte_view view() const { return {payload_, length_}; }
  const chunk_ptr& owner() const { return owner_; }

private:
  chunk_ptr owner_;
  const std::uint8_t* payload_ = nullptr;
  std::uint32_t length_ = 0;
};

/// N verified frames of one lane and type in one chunk: the unit that crosses threads.
template <class Table>
class batch {
public:
  struct item {
    std::uint32_t offset; ///< of the payload in the chunk
    std::uint32_t length;
  };

  batch() = default;
  batch(chunk_ptr owner, std::vector<item> items)
    : body_(std::make_shared<const body>(body{std::move(owner), std::move(items)})) {}

  std::size_t size() const { return body_ ? body_->items.size() : 0; }
  const Table& root(std::size_t i) const {
    return *flatbuffers::GetRoot<Table>(body_->owner->data() + body_->items[i].offset);
  }
  flat<Table> operator[](std::size_t i) const {
    const auto& at = body_->items[i];
    return flat<Table>::trusted(body_->owner, body_->owner->data() + at.offset, at.length);
  }

private:
  struct body {
    chunk_ptr owner;
    std::vector<item> items;
  };
  std::shared_ptr<const body> body_;
};

} // namespace troupe
