// SPDX-License-Identifier: BSD-3-Clause
// A node's disk, which outlives the node: memory that knows what was synced, files and records, behind a
// wrapper whose calls fail when told to, and the faults of single records in front of both. Faults of the
// wrapper are set on the laboratory's thread while the store may be writing on another one, hence the lock.
#pragma once

#include "actors/store/memory_record_store.hpp"
#include "actors/store/memory_storage.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>

namespace troupe::lab {

class disk final : public store::storage, public store::record_store {
public:
  using outcome = expected<void, store::store_errc>;

  /// Power fails: of the next append `kept` bytes get to the disk, and nothing after it until healed.
  void lose_power(std::size_t kept);
  /// The disk is full: nothing can be created or appended. What is there can be cut and synced.
  void fill();
  /// Of the next append only `kept` bytes are written, and it fails; what comes after is well.
  void tear_next(std::size_t kept);
  /// Only syncs do.
  void fail_syncs();
  /// As before, and what the failures left half-written stays.
  void heal();
  /// The process ended: records that were not synced are gone.
  void forget();
  /// One bit of what was written last turns, if there is anything.
  bool flip(std::uint64_t drawn);
  /// One bit of a record of the stored checkpoint turns, if there is any.
  void flip_checkpoint(std::uint64_t drawn);
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
  outcome remove(const std::string& name) override;

  outcome write(const std::vector<store::record_change>& changes) override;
  expected<std::optional<bytes>, store::store_errc> read(byte_view key) override;
  expected<std::vector<store::record>, store::store_errc> scan(byte_view from, byte_view until,
                                                               std::size_t bytes_max) override;
  outcome sync() override;

private:
  mutable std::mutex guard_;
  store::memory_storage platter_;
  store::memory_record_store records_;
  bool powerless_ = false;
  bool full_ = false;
  bool failing_syncs_ = false;
  std::optional<std::size_t> kept_; ///< of the next append
};

/// Faults of records on their way to the store; any thread.
struct record_faults {
  std::atomic<bool> refuse{false}; ///< every record is answered as not stored
  std::atomic<std::uint32_t> flips_left{
    0}; ///< so many of the next records are damaged before they are written
  std::atomic<std::uint32_t> tears_left{0}; ///< of so many only a part is written, as if it were all
};

} // namespace troupe::lab
