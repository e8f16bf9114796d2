// SPDX-License-Identifier: BSD-3-Clause
// The seam "store" (design 8): a flat folder of append-only byte files. Two implementations, a folder on disk
// and memory, held to one contract test; tests wrap either to tear, flip, fill and fail. Owned by a
// promise_log, one thread at a time.
#pragma once

#include "actors/store/store_errc.hpp"
#include "messages/types/bytes.hpp"
#include "messages/types/expected.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace troupe::store {

class storage {
public:
  virtual ~storage() = default;

  /// The names of all files, ascending.
  virtual expected<std::vector<std::string>, store_errc> list() = 0;
  virtual expected<bytes, store_errc> read(const std::string& name) = 0;
  /// A new file with this content, durable when it returns; after a crash it is there whole or not at all.
  /// Fails if it exists.
  virtual expected<void, store_errc> create(const std::string& name, byte_view content) = 0;
  /// Appends to an existing file; not durable before sync. After an error any prefix of `data` may have been
  /// written.
  virtual expected<void, store_errc> append(const std::string& name, byte_view data) = 0;
  /// Cuts to `size` bytes, durably.
  virtual expected<void, store_errc> truncate(const std::string& name, std::size_t size) = 0;
  /// Makes everything appended to the file durable. After an error nobody knows what is.
  virtual expected<void, store_errc> sync(const std::string& name) = 0;
  /// Deletes the file, durably. After an error nobody knows whether it is there after a crash.
  virtual expected<void, store_errc> remove(const std::string& name) = 0;
};

} // namespace troupe::store
