// SPDX-License-Identifier: BSD-3-Clause
// Records in memory: the twin of LMDB for simulation and for nodes without a data directory. It knows what
// was synced, and fails or damages records when told to. Whoever holds it outlives the node whose disk it
// plays.
#pragma once

#include "actors/store/buffered_records.hpp"

namespace troupe::store {

class memory_record_store : public buffered_records {
public:
  /// A power cut.
  void lose_unsynced() { forget_unsynced(); }
  /// Every sync fails from now on, without a change; none = they succeed again.
  void fail_syncs(std::optional<store_errc> why) { sync_fault_ = why; }
  /// Every read and scan of what is durable fails from now on; none = they succeed again.
  void fail_reads(std::optional<store_errc> why) { read_fault_ = why; }
  /// Turns one bit of a durable value or its checksum, both counted modulo what is there. False if there is
  /// no such key.
  bool flip(byte_view key, std::size_t byte, unsigned bit);
  /// Keys of all durable records, ascending.
  std::vector<bytes> durable_keys() const;
  /// Syncs that changed something.
  std::size_t commits() const { return commits_; }

private:
  expected<std::optional<bytes>, store_errc> load(byte_view key) override;
  expected<void, store_errc> walk(byte_view from, const visitor& visit) override;
  expected<void, store_errc> commit(const sealed_changes& changes) override;

  std::map<bytes, bytes> durable_; ///< sealed
  std::optional<store_errc> sync_fault_;
  std::optional<store_errc> read_fault_;
  std::size_t commits_ = 0;
};

} // namespace troupe::store
