// SPDX-License-Identifier: BSD-3-Clause
#include "actors/peer/peer_book.hpp"

#include <algorithm>

namespace troupe::peer {

peer_book::entry* peer_book::find_or_add(const peer_id& who, time_point now) {
  if (const auto known = entries_.find(who); known != entries_.end())
    return &known->second;
  if (entries_.size() >= options_.peers_max) {
    auto oldest = entries_.end();
    for (auto at = entries_.begin(); at != entries_.end(); ++at) {
      const bool needed = at->second.held || (at->second.banned_until && *at->second.banned_until > now);
      if (!needed && (oldest == entries_.end() || at->second.last_seen < oldest->second.last_seen))
        oldest = at;
    }
    if (oldest == entries_.end())
      return nullptr;
    entries_.erase(oldest);
  }
  auto& made = entries_[who];
  made.last_seen = now;
  return &made;
}

bool peer_book::seen(const peer_id& who, time_point now) {
  auto* e = find_or_add(who, now);
  if (e)
    e->last_seen = now;
  return e != nullptr;
}

bool peer_book::add_addresses(const peer_id& who, const std::vector<multiaddr>& addresses, time_point now) {
  auto* e = find_or_add(who, now);
  if (!e)
    return false;
  merge_addresses(e->addresses, addresses);
  return true;
}

void peer_book::hold(const peer_id& who, bool held) {
  if (const auto known = entries_.find(who); known != entries_.end())
    known->second.held = held;
}

void peer_book::shun(const peer_id& who, bool shunned, time_point now) {
  if (auto* e = find_or_add(who, now))
    e->shunned = shunned;
}

bool peer_book::is_shunned(const peer_id& who) const {
  const auto known = entries_.find(who);
  return known != entries_.end() && known->second.shunned;
}

std::uint32_t peer_book::points_now(const entry& e, time_point now) const {
  const auto decayed = static_cast<std::uint64_t>((now - e.points_at) / options_.point_decays_in);
  return decayed >= e.points ? 0 : e.points - static_cast<std::uint32_t>(decayed);
}

peer_book::verdict peer_book::charge(const peer_id& who, std::uint32_t cost, time_point now) {
  auto* e = find_or_add(who, now);
  // With no room to remember it, a peer that misbehaves is sent away all the same.
  if (!e)
    return verdict::banned;
  e->points = points_now(*e, now) + std::min(cost, score_limit);
  e->points_at = now;
  if (e->points < score_limit)
    return verdict::tolerated;
  e->points = 0;
  e->banned_until = now + options_.banned_for;
  return verdict::banned;
}

bool peer_book::is_banned(const peer_id& who, time_point now) const {
  const auto until = banned_until(who);
  return until && now < *until;
}

std::optional<time_point> peer_book::banned_until(const peer_id& who) const {
  const auto known = entries_.find(who);
  return known == entries_.end() ? std::nullopt : known->second.banned_until;
}

std::uint32_t peer_book::score(const peer_id& who, time_point now) const {
  const auto known = entries_.find(who);
  return known == entries_.end() ? 0 : points_now(known->second, now);
}

std::vector<multiaddr> peer_book::addresses(const peer_id& who) const {
  const auto known = entries_.find(who);
  return known == entries_.end() ? std::vector<multiaddr>{} : known->second.addresses;
}

std::vector<peer_id> peer_book::peers() const {
  std::vector<peer_id> all;
  for (const auto& [who, known] : entries_)
    all.push_back(who);
  return all;
}

} // namespace troupe::peer
