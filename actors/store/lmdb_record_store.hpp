// SPDX-License-Identifier: BSD-3-Clause
// Records on disk: one LMDB environment in a folder of its own, opened by one process at a time (the data
// directory's lock sees to that, so LMDB's own is off). Each sync is one transaction, synced by LMDB in its
// default, safe way. LMDB's laxer modes are not used: after a power cut MDB_NOSYNC may leave a tree of mixed
// age, so what was durable before could be lost as well. Blocking; one thread at a time.
#pragma once

#include "actors/store/buffered_records.hpp"
#include "messages/types/peer_id.hpp"

#include <filesystem>
#include <memory>

namespace troupe::store {

constexpr std::uint32_t record_format_version = 1; ///< newer ones are refused untouched
constexpr std::size_t record_map_size = 64u << 20; ///< bytes of address space to begin with; it doubles
constexpr std::size_t record_map_max = std::size_t{1} << 38; ///< bytes at which the store counts as full

class lmdb_record_store final : public buffered_records {
public:
  /// Makes an empty one; after a crash the folder is there with a whole one or not at all. Fails if it
  /// exists.
  static expected<void, explained> make(const std::filesystem::path& folder, const peer_id& identity);
  /// Fails, changing nothing, if there is none, it is another identity's or of a newer format.
  static expected<std::shared_ptr<lmdb_record_store>, explained>
  open(const std::filesystem::path& folder, const peer_id& identity, std::size_t map_size = record_map_size);

  ~lmdb_record_store() override;

private:
  struct environment;

  explicit lmdb_record_store(std::unique_ptr<environment> in);
  expected<std::optional<bytes>, store_errc> load(byte_view key) override;
  expected<void, store_errc> walk(byte_view from, const visitor& visit) override;
  expected<void, store_errc> commit(const sealed_changes& changes) override;

  std::unique_ptr<environment> in_;
};

} // namespace troupe::store
