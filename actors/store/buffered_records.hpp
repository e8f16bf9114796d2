// SPDX-License-Identifier: BSD-3-Clause
// What the record stores share: writes wait in memory until the next sync and go down together, so that a
// medium only ever sees whole, durable steps; reads look there first. It also seals every value with a
// checksum over key and value. A medium overrides the three private calls. One thread at a time.
#pragma once

#include "actors/store/record_store.hpp"

#include <functional>
#include <map>

namespace troupe::store {

constexpr std::size_t unsynced_records_max = 4u << 20; ///< bytes that wait; a write beyond syncs those before

class buffered_records : public record_store {
public:
  expected<void, store_errc> write(const std::vector<record_change>& changes) override;
  expected<std::optional<bytes>, store_errc> read(byte_view key) override;
  expected<std::vector<record>, store_errc> scan(byte_view from, byte_view until,
                                                 std::size_t bytes_max) override;
  expected<void, store_errc> sync() override;

protected:
  using sealed_changes = std::map<bytes, std::optional<bytes>>; ///< none = erase
  /// False ends the walk.
  using visitor = std::function<bool(byte_view key, byte_view sealed)>;

  /// As a crash does.
  void forget_unsynced();

private:
  /// The sealed value, if the key is there.
  virtual expected<std::optional<bytes>, store_errc> load(byte_view key) = 0;
  /// Every record from `from` on, ascending.
  virtual expected<void, store_errc> walk(byte_view from, const visitor& visit) = 0;
  /// Durable, all or nothing.
  virtual expected<void, store_errc> commit(const sealed_changes& changes) = 0;

  sealed_changes unsynced_;
  std::size_t unsynced_bytes_ = 0;
};

/// The checksum and the value: what a medium keeps. `key` has at most record_key_max bytes.
bytes seal_record(byte_view key, byte_view value);
/// None if it is not what was sealed under this key.
std::optional<byte_view> unseal_record(byte_view key, byte_view sealed);

} // namespace troupe::store
