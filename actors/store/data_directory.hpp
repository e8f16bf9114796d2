// SPDX-License-Identifier: BSD-3-Clause
// A node's data directory: `format` and `type` (a line each), `identity.key`, `lock`, `promises/`,
// `records/`. One process at a time. Opening changes nothing it does not understand; every refusal is a line
// that says what, why and what to do. Blocking; a start-up path. docs/protocols/promise-log.md describes the
// files.
#pragma once

#include "actors/store/posix_file.hpp"
#include "actors/store/promise_log.hpp"
#include "actors/store/record_store.hpp"
#include "messages/crypto/keys.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::store {

/// The data type a directory was made for, nothing if that was not recorded yet; an error if the record is
/// none.
expected<std::optional<std::string>, explained> read_type(const std::filesystem::path& directory);

class data_directory {
public:
  /// Opens the directory, or makes it if it is missing or empty. `identity`, if given, is the key of a new
  /// directory, and an existing one must have the same.
  static expected<data_directory, explained> open(const std::filesystem::path& path,
                                                  const std::optional<key_pair>& identity = std::nullopt);

  const key_pair& identity() const { return identity_; }
  const std::filesystem::path& path() const { return path_; }
  bool is_new() const { return is_new_; }

  expected<std::optional<std::string>, explained> type() const { return read_type(path_); }
  /// Fails, changing nothing, if it was made for another type.
  expected<void, explained> expect_type(std::string_view name) const;
  /// From now on it is of this type, for which it must not have another one yet. Durable.
  expected<void, explained> record_type(std::string_view name) const;

  /// Opens and replays the promise log. On failure the node may run, but must not promise.
  expected<opened_promises, explained> open_promises() const;
  /// Opens the records beside them. A directory of an earlier troupe has none yet: they are made, unless the
  /// promises were `compacted`, when what they say is only there.
  expected<std::shared_ptr<record_store>, explained> open_records(bool compacted) const;

private:
  data_directory(std::filesystem::path path, unique_fd lock, key_pair identity, bool is_new);

  std::filesystem::path path_;
  unique_fd lock_; // the lock is held as long as this is open
  key_pair identity_;
  bool is_new_;
};

} // namespace troupe::store
