// SPDX-License-Identifier: BSD-3-Clause
// Storage in a folder on disk. Blocking; owned by a promise_log, one thread at a time.
#pragma once

#include "actors/store/posix_file.hpp"
#include "actors/store/storage.hpp"

#include <filesystem>
#include <string>

namespace troupe::store {

constexpr std::size_t stored_file_max = 256u << 20; ///< bytes; a longer file in the folder is not read

class folder_storage : public storage {
public:
  /// The folder exists.
  explicit folder_storage(std::filesystem::path folder) : folder_(std::move(folder)) {}

  expected<std::vector<std::string>, store_errc> list() override;
  expected<bytes, store_errc> read(const std::string& name) override;
  expected<void, store_errc> create(const std::string& name, byte_view content) override;
  expected<void, store_errc> append(const std::string& name, byte_view data) override;
  expected<void, store_errc> truncate(const std::string& name, std::size_t size) override;
  expected<void, store_errc> sync(const std::string& name) override;
  expected<void, store_errc> remove(const std::string& name) override;

private:
  int keep_open(const std::string& name);

  std::filesystem::path folder_;
  std::string open_name_; // the one file that is appended to stays open
  unique_fd open_file_;
};

} // namespace troupe::store
