// SPDX-License-Identifier: BSD-3-Clause
#include "actors/peer/remembered_peers.hpp"

#include <algorithm>

namespace troupe::peer {

remembered_peers::remembered_peers(std::vector<known_peer> from) {
  for (auto& one : from)
    known_.push_back({std::move(one), false});
  if (known_.size() > peers_max)
    known_.resize(peers_max);
}

void remembered_peers::start(time_point now) {
  if (std::exchange(waiting_, false))
    changed(now);
}

void remembered_peers::met(const peer_id& who, const std::vector<multiaddr>& addresses, bool dialled,
                           time_point now) {
  known_peer where{who, {}, {}};
  for (const auto& address : addresses)
    if (where.addresses.size() < introduction_addresses_max && !address.empty() &&
        address.binary().size() <= introduction_address_size_max)
      where.addresses.push_back(address);
  if (where.addresses.empty())
    return;
  const auto known = std::ranges::find(known_, who, [](const entry& one) { return one.where.peer; });
  const bool same = known != known_.end() && known->where == where;
  if (known != known_.end()) {
    dialled = dialled || known->dialled;
    known_.erase(known);
  } else if (known_.size() == peers_max) {
    // Strangers that come and go must not push out whom we look for ourselves.
    const auto came =
      std::find_if(known_.rbegin(), known_.rend(), [](const entry& one) { return !one.dialled; });
    if (came == known_.rend() && !dialled)
      return;
    known_.erase(came == known_.rend() ? std::prev(known_.end()) : std::prev(came.base()));
  }
  known_.insert(known_.begin(), {std::move(where), dialled});
  if (!same)
    changed(now);
}

void remembered_peers::forget(const peer_id& who, time_point now) {
  if (std::erase_if(known_, [&](const entry& one) { return one.where.peer == who; }) > 0)
    changed(now);
}

void remembered_peers::changed(time_point now) {
  if (std::exchange(waiting_, true))
    return;
  auto after = written_after;
  if (written_at_)
    after = std::max<duration>(after, *written_at_ + between_writes - now);
  effects_.push(arm{write_timer, after});
}

void remembered_peers::expire(timer_id timer, time_point now) {
  if (timer != write_timer || !std::exchange(waiting_, false))
    return;
  written_at_ = now;
  effects_.push(write{peers()});
}

std::vector<known_peer> remembered_peers::peers() const {
  std::vector<known_peer> all;
  for (const auto& one : known_)
    all.push_back(one.where);
  return all;
}

} // namespace troupe::peer
