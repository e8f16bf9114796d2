// SPDX-License-Identifier: BSD-3-Clause
#include "actors/store/memory_storage.hpp"

#include <algorithm>

namespace troupe::store {

expected<std::vector<std::string>, store_errc> memory_storage::list() {
  std::vector<std::string> names;
  for (const auto& [name, content] : files_)
    names.push_back(name);
  return names;
}

expected<bytes, store_errc> memory_storage::read(const std::string& name) {
  const auto found = files_.find(name);
  if (found == files_.end())
    return unexpected(store_errc::io_failed);
  return found->second.content;
}

expected<void, store_errc> memory_storage::create(const std::string& name, byte_view content) {
  if (!files_.emplace(name, file{to_bytes(content), content.size()}).second)
    return unexpected(store_errc::io_failed);
  return {};
}

expected<void, store_errc> memory_storage::append(const std::string& name, byte_view data) {
  const auto found = files_.find(name);
  if (found == files_.end())
    return unexpected(store_errc::io_failed);
  auto& content = found->second.content;
  content.insert(content.end(), data.begin(), data.end());
  return {};
}

expected<void, store_errc> memory_storage::truncate(const std::string& name, std::size_t size) {
  const auto found = files_.find(name);
  if (found == files_.end())
    return unexpected(store_errc::io_failed);
  auto& [content, synced] = found->second;
  content.resize(size);
  synced = size;
  return {};
}

expected<void, store_errc> memory_storage::sync(const std::string& name) {
  const auto found = files_.find(name);
  if (found == files_.end())
    return unexpected(store_errc::io_failed);
  found->second.synced = found->second.content.size();
  return {};
}

expected<void, store_errc> memory_storage::remove(const std::string& name) {
  if (files_.erase(name) == 0)
    return unexpected(store_errc::io_failed);
  return {};
}

void memory_storage::lose_unsynced(std::size_t kept) {
  for (auto& [name, stored] : files_) {
    stored.content.resize(std::min(stored.content.size(), stored.synced + kept));
    stored.synced = stored.content.size();
  }
}

void memory_storage::flip(const std::string& name, std::size_t byte, unsigned bit) {
  files_.at(name).content.at(byte) ^= static_cast<std::uint8_t>(1u << (bit % 8));
}

} // namespace troupe::store
