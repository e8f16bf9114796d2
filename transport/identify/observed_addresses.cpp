// SPDX-License-Identifier: BSD-3-Clause
#include "transport/identify/observed_addresses.hpp"

namespace troupe::transport {

void observed_addresses::tell(link_id on, const host_key& observer, const tcp_endpoint& told) {
  forget(on);
  if (told.wildcard() || told.port == 0)
    return;
  const auto address = to_multiaddr(told);
  if (!candidates_.contains(address) && candidates_.size() >= limits_.candidates_max)
    return;
  ++candidates_[address][observer];
  words_.emplace(on, word{observer, address});
}

void observed_addresses::forget(link_id on) {
  const auto found = words_.find(on);
  if (found == words_.end())
    return;
  auto& observers = candidates_[found->second.told];
  if (--observers[found->second.observer] == 0)
    observers.erase(found->second.observer);
  if (observers.empty())
    candidates_.erase(found->second.told);
  words_.erase(found);
}

std::vector<multiaddr> observed_addresses::confirmed() const {
  std::vector<multiaddr> made;
  for (const auto& [address, observers] : candidates_)
    if (observers.size() >= limits_.observers_min && made.size() < limits_.confirmed_max)
      made.push_back(address);
  return made;
}

} // namespace troupe::transport
