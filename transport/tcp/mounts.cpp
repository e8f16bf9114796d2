// SPDX-License-Identifier: BSD-3-Clause
#include "transport/tcp/mounts.hpp"

namespace troupe::transport {

void mounts::add(protocol what) {
  const auto shared = std::make_shared<const protocol>(std::move(what));
  const std::lock_guard guard{mutex_};
  for (const auto& id : shared->ids)
    by_id_.insert_or_assign(id, shared);
}

void mounts::remove(const std::string& id) {
  const std::lock_guard guard{mutex_};
  by_id_.erase(id);
}

mounted_protocol mounts::find(std::string_view id) const {
  const std::lock_guard guard{mutex_};
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

mounted_protocol mounts::served(std::string_view id) const {
  auto found = find(id);
  return found && found->direction != opens::we_only && found->accept ? found : nullptr;
}

std::vector<std::string> mounts::served_ids() const {
  const std::lock_guard guard{mutex_};
  std::vector<std::string> ids;
  for (const auto& [id, what] : by_id_)
    if (what->direction != opens::we_only && what->accept)
      ids.push_back(id);
  return ids;
}

} // namespace troupe::transport
