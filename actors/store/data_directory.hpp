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

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::store {

/// What a directory is for, each recorded in a file of one line: the data type, the configured network.
enum class purpose : std::uint8_t { type, network };
/// Nothing if it was not recorded yet; an error if the record is none.
expected<std::optional<std::string>, explained> read_purpose(const std::filesystem::path& directory,
                                                             purpose of);

class data_directory {
public:
  /// Opens the directory, or makes it if it is missing or empty. `identity`, if given, is the key of a new
  /// directory, and an existing one must have the same.
  static expected<data_directory, explained> open(const std::filesystem::path& path,
                                                  const std::optional<key_pair>& identity = std::nullopt);

  const key_pair& identity() const { return identity_; }
  const std::filesystem::path& path() const { return path_; }
  bool is_new() const { return is_new_; }

  expected<std::optional<std::string>, explained> recorded(purpose of) const {
    return read_purpose(path_, of);
  }
  /// Fails, changing nothing, if it was made for another one.
  expected<void, explained> expect(purpose of, std::string_view name) const;
  /// From now on it is for this one, and must not be for any yet. Durable.
  expected<void, explained> record(purpose of, std::string_view name) const;

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
