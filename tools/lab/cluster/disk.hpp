// SPDX-License-Identifier: BSD-3-Clause
// A node's disk, which outlives the node: memory that knows what was synced, behind a wrapper whose calls
// fail when told to, and the faults of single records in front of both. Faults of the wrapper are set on the
// laboratory's thread while the store may be writing on another one, hence the lock.
#pragma once

#include "actors/store/memory_storage.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>

namespace troupe::lab {

class disk final : public store::storage {
public:
  using outcome = expected<void, store::store_errc>;

  /// Writes and syncs answer `why` from now on; of the next append `kept` bytes are written all the same.
  void fail(store::store_errc why, std::size_t kept = 0);
  /// Only syncs do.
  void fail_syncs();
  /// As before, and what the failures left half-written stays.
  void heal();
  /// One bit of what was written last turns, if there is anything.
  bool flip(std::uint64_t drawn);
  /// Everything is gone.
  void lose();
  /// What would be read after a power cut.
  std::shared_ptr<store::memory_storage> copy() const;

  expected<std::vector<std::string>, store::store_errc> list() override;
  expected<bytes, store::store_errc> read(const std::string& name) override;
  outcome create(const std::string& name, byte_view content) override;
  outcome append(const std::string& name, byte_view data) override;
  outcome truncate(const std::string& name, std::size_t size) override;
  outcome sync(const std::string& name) override;

private:
  mutable std::mutex guard_;
  store::memory_storage platter_;
  std::optional<store::store_errc> failing_;
  bool failing_syncs_ = false;
  std::size_t kept_ = 0;
};

/// Faults of records on their way to the store; any thread.
struct record_faults {
  std::atomic<bool> refuse{false}; ///< every record is answered as not stored
  std::atomic<std::uint32_t> flips_left{
    0};                          ///< so many of the next records are damaged before they are written
  std::atomic<bool> hold{false}; ///< answered only once this ends
};

} // namespace troupe::lab
