// SPDX-License-Identifier: BSD-3-Clause
#include "actors/store/folder_storage.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace troupe::store {
namespace {

expected<void, store_errc> outcome(int code) {
  if (code == 0)
    return {};
  return unexpected(code == ENOSPC || code == EDQUOT || code == EFBIG ? store_errc::no_space : store_errc::io_failed);
}

} // namespace

expected<std::vector<std::string>, store_errc> folder_storage::list() {
  std::vector<std::string> names;
  std::error_code failed;
  for (auto entry = std::filesystem::directory_iterator{folder_, failed};
       !failed && entry != std::filesystem::directory_iterator{}; entry.increment(failed))
    if (const auto name = entry->path().filename().string(); !name.starts_with('.'))
      names.push_back(name);
  if (failed)
    return unexpected(store_errc::io_failed);
  std::ranges::sort(names);
  return names;
}

expected<bytes, store_errc> folder_storage::read(const std::string& name) {
  auto content = read_file(folder_ / name, stored_file_max);
  if (!content)
    return unexpected(store_errc::io_failed);
  return *std::move(content);
}

expected<void, store_errc> folder_storage::create(const std::string& name, byte_view content) {
  return outcome(create_whole(folder_ / name, content));
}

expected<void, store_errc> folder_storage::append(const std::string& name, byte_view data) {
  if (const int failed = keep_open(name))
    return outcome(failed);
  return outcome(write_all(open_file_.get(), data));
}

expected<void, store_errc> folder_storage::truncate(const std::string& name, std::size_t size) {
  if (const int failed = keep_open(name))
    return outcome(failed);
  if (::ftruncate(open_file_.get(), static_cast<off_t>(size)) != 0 || ::fsync(open_file_.get()) != 0)
    return outcome(errno);
  return {};
}

expected<void, store_errc> folder_storage::sync(const std::string& name) {
  if (const int failed = keep_open(name))
    return outcome(failed);
  return outcome(::fdatasync(open_file_.get()) == 0 ? 0 : errno);
}

expected<void, store_errc> folder_storage::remove(const std::string& name) {
  if (open_name_ == name) {
    open_file_ = {};
    open_name_.clear();
  }
  if (::unlink((folder_ / name).c_str()) != 0)
    return outcome(errno);
  return outcome(sync_folder(folder_));
}

int folder_storage::keep_open(const std::string& name) {
  if (open_file_ && open_name_ == name)
    return 0;
  auto file = open_file(folder_ / name, O_WRONLY | O_APPEND);
  if (!file)
    return file.error();
  open_file_ = *std::move(file);
  open_name_ = name;
  return 0;
}

} // namespace troupe::store
