// SPDX-License-Identifier: BSD-3-Clause
// The seam "records" (design 8): an ordered map of keys to values beside the promise log, for what is looked
// up again: certificates, delivered vectors, membership history, checkpoints. Two implementations, LMDB and
// memory, held to one contract test. Every value has a checksum; a damaged one is named and never returned.
// Owned by the store actor; one thread at a time. docs/protocols/record-store.md has the bytes.
#pragma once

#include "actors/store/store_errc.hpp"
#include "messages/types/bytes.hpp"
#include "messages/types/expected.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace troupe::store {

constexpr std::size_t record_key_max = 255;           ///< bytes of a key, at least 1
constexpr std::size_t record_value_max = 16u << 20;   ///< bytes of a value; it may be empty
constexpr std::size_t record_changes_max = 64u << 20; ///< bytes of keys and values in one write

struct record_change {
  bytes key;
  std::optional<bytes> value; ///< none = the key is erased, if it is there
};

struct record {
  bytes key;
  bytes value;
  bool damaged = false; ///< what is stored under the key is not what was written; `value` is empty
};

class record_store {
public:
  virtual ~record_store() = default;

  /// All of them or, after an error, none; later ones win. Not durable before sync.
  virtual expected<void, store_errc> write(const std::vector<record_change>& changes) = 0;
  /// None if there is no such key; record_damaged if its value is not what was written.
  virtual expected<std::optional<bytes>, store_errc> read(byte_view key) = 0;
  /// The records with keys in [from, until) in ascending order of bytes, as many as fit into `bytes_max`
  /// bytes of keys and values, but at least one if there is any. An empty `until` is behind every key. To go
  /// on: from the last key with a zero byte appended.
  virtual expected<std::vector<record>, store_errc> scan(byte_view from, byte_view until,
                                                         std::size_t bytes_max) = 0;
  /// Makes everything written durable. After an error nothing is lost that was durable before, and what was
  /// written since is still there and is tried again by the next sync.
  virtual expected<void, store_errc> sync() = 0;
};

} // namespace troupe::store
