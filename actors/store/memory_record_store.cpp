// SPDX-License-Identifier: BSD-3-Clause
#include "actors/store/memory_record_store.hpp"

namespace troupe::store {

bool memory_record_store::flip(byte_view key, std::size_t byte, unsigned bit) {
  const auto found = durable_.find(to_bytes(key));
  if (found == durable_.end())
    return false;
  found->second[byte % found->second.size()] ^= static_cast<std::uint8_t>(1u << (bit % 8));
  return true;
}

std::vector<bytes> memory_record_store::durable_keys() const {
  std::vector<bytes> keys;
  for (const auto& [key, sealed] : durable_)
    keys.push_back(key);
  return keys;
}

expected<std::optional<bytes>, store_errc> memory_record_store::load(byte_view key) {
  if (read_fault_)
    return unexpected(*read_fault_);
  const auto found = durable_.find(to_bytes(key));
  return found == durable_.end() ? std::nullopt : std::optional{found->second};
}

expected<void, store_errc> memory_record_store::walk(byte_view from, const visitor& visit) {
  if (read_fault_)
    return unexpected(*read_fault_);
  for (auto at = durable_.lower_bound(to_bytes(from)); at != durable_.end(); ++at)
    if (!visit(at->first, at->second))
      break;
  return {};
}

expected<void, store_errc> memory_record_store::commit(const sealed_changes& changes) {
  if (sync_fault_)
    return unexpected(*sync_fault_);
  for (const auto& [key, sealed] : changes)
    if (sealed)
      durable_[key] = *sealed;
    else
      durable_.erase(key);
  ++commits_;
  return {};
}

} // namespace troupe::store
