// SPDX-License-Identifier: BSD-3-Clause
#include "actors/peer/introductions.hpp"

#include "messages/codec/peer_record.hpp"

#include <algorithm>

namespace troupe::peer {
namespace {

constexpr duration retry_after = std::chrono::seconds{5}; // times the attempts so far
constexpr duration minute = std::chrono::minutes{1};

bool usable_ip4(const bytes& host) {
  return host[0] != 0 && host[0] < 224;
}

bool usable_ip6(const bytes& host) {
  const bool multicast = host[0] == 0xff;
  const bool link_local = host[0] == 0xfe && (host[1] & 0xc0) == 0x80; // means nothing without an interface
  const bool in_zero_block =
    std::all_of(host.begin(), host.begin() + 10, [](auto octet) { return octet == 0; });
  const bool one = in_zero_block && host[10] == 0 && host[11] == 0 && host[12] == 0 && host[13] == 0 &&
                   host[14] == 0 && host[15] == 1;
  return !multicast && !link_local && (!in_zero_block || one);
}

bool usable(const multiaddr& address) {
  const auto parts = address.components();
  if (parts.size() != 2 || parts[1].code != multiaddr_code::tcp)
    return false;
  const auto& port = parts[1].value;
  if (port[0] == 0 && port[1] == 0)
    return false;
  return (parts[0].code == multiaddr_code::ip4 && usable_ip4(parts[0].value)) ||
         (parts[0].code == multiaddr_code::ip6 && usable_ip6(parts[0].value));
}

} // namespace

bool is_loopback(const multiaddr& address) {
  const auto parts = address.components();
  if (parts.empty())
    return false;
  const auto& host = parts[0].value;
  return (parts[0].code == multiaddr_code::ip4 && host[0] == 127) ||
         (parts[0].code == multiaddr_code::ip6 && host.back() == 1 &&
          std::all_of(host.begin(), host.end() - 1, [](auto octet) { return octet == 0; }));
}

std::vector<multiaddr> introducible(const std::vector<multiaddr>& addresses, bool loopback) {
  std::vector<multiaddr> kept;
  for (const auto& address : addresses) {
    if (kept.size() == introduction_addresses_max)
      break;
    const bool known = std::find(kept.begin(), kept.end(), address) != kept.end();
    if (!known && usable(address) && (loopback || !is_loopback(address)))
      kept.push_back(address);
  }
  return kept;
}

std::uint32_t minute_bucket::back_since(time_point now) const {
  const auto elapsed = std::min(std::max(now - at_, duration{}), minute);
  return static_cast<std::uint32_t>(elapsed * full_ / minute);
}

bool minute_bucket::is_full(time_point now) const {
  return left_ + back_since(now) >= full_;
}

std::uint32_t minute_bucket::left(time_point now) {
  const auto back = back_since(now);
  // The time that has not yet made a whole token is kept.
  at_ = left_ + back >= full_ ? now : at_ + back * (minute / full_);
  left_ = std::min(full_, left_ + back);
  return left_;
}

// ---- telling

void introductions::joined(const peer_id& who, bool loopback) {
  auto& listener = members_.insert_or_assign(who, member{loopback, {}, {}}).first->second;
  std::vector<const known_peer*> others;
  for (const auto& [other, known] : members_)
    if (other != who && known.where)
      others.push_back(&*known.where);
  introduce(who, listener, others);
}

void introductions::left(const peer_id& who) {
  members_.erase(who);
}

void introductions::located(known_peer where) {
  const auto found = members_.find(where.peer);
  if (found == members_.end())
    return;
  where.addresses = introducible(where.addresses, found->second.loopback);
  if (where.record.size() > introduction_record_size_max)
    where.record.clear();
  if (where.addresses.empty())
    return;
  const auto& placed = found->second.where.emplace(std::move(where));
  for (auto& [other, listener] : members_)
    if (other != placed.peer)
      introduce(other, listener, {&placed});
}

void introductions::introduce(const peer_id& to, member& listener,
                              const std::vector<const known_peer*>& others) {
  std::vector<known_peer> page;
  for (const auto* other : others) {
    auto addresses = introducible(other->addresses, listener.loopback);
    if (addresses.empty() || listener.told.size() == told_max || !listener.told.insert(other->peer).second)
      continue;
    if (!other->record.empty())
      addresses.clear();
    page.push_back({other->peer, std::move(addresses), other->record});
    ++counts_.told;
    if (page.size() == introduction_peers_max)
      effects_.push(tell{to, std::exchange(page, {})});
  }
  if (!page.empty())
    effects_.push(tell{to, std::move(page)});
}

// ---- hearing

minute_bucket* introductions::bucket_of(const peer_id& from, time_point now) {
  if (const auto known = buckets_.find(from); known != buckets_.end())
    return &known->second;
  // A full bucket remembers nothing that a new one would not have.
  if (buckets_.size() >= introducers_max)
    std::erase_if(buckets_, [&](const auto& known) { return known.second.is_full(now); });
  if (buckets_.size() >= introducers_max)
    return nullptr;
  return &buckets_.emplace(from, minute_bucket{dials_per_peer, now}).first->second;
}

void introductions::heard(const peer_id& from, std::vector<known_peer> peers, time_point now) {
  const auto sender = members_.find(from);
  if (sender == members_.end())
    return;
  auto mine = static_cast<std::size_t>(
    std::count_if(waiting_.begin(), waiting_.end(), [&](const auto& c) { return c.from == from; }));
  for (auto& what : peers) {
    ++counts_.heard;
    const bool known = std::any_of(waiting_.begin(), waiting_.end(),
                                   [&](const auto& c) { return c.from == from && c.what.peer == what.peer; });
    if (known)
      continue;
    what.addresses = introducible(what.addresses, sender->second.loopback);
    if (what.addresses.empty() && what.record.empty()) {
      ++counts_.unusable;
    } else if (mine >= waiting_per_peer_max || waiting_.size() >= waiting_max || !bucket_of(from, now)) {
      ++counts_.crowded;
    } else {
      waiting_.push_back({from, sender->second.loopback, std::move(what), 0, false, now});
      ++mine;
    }
  }
  pump(now);
}

void introductions::ended(const peer_id& who, bool final, time_point now) {
  dialling_.erase(who);
  for (auto& each : waiting_)
    if (each.what.peer == who && std::exchange(each.dialling, false)) {
      ++each.attempts;
      each.not_before = now + each.attempts * retry_after;
      if (final)
        each.attempts = attempts_max;
    }
  std::erase_if(waiting_, [](const auto& each) { return each.attempts >= attempts_max; });
  pump(now);
}

void introductions::linked(const peer_id& who) {
  dialling_.erase(who);
  std::erase_if(waiting_, [&](const auto& each) { return each.what.peer == who; });
}

/// True once the candidate's addresses are those to dial; false: it has none, and goes.
bool introductions::settle(candidate& next) {
  if (!next.what.record.empty()) {
    const auto record = verify_signed_peer_record(next.what.record);
    if (!record || record->peer != next.what.peer) {
      ++counts_.forged;
      effects_.push(forged{next.from});
      return false;
    }
    next.what.record.clear();
    next.what.addresses = introducible(record->addresses, next.loopback);
    if (next.what.addresses.empty())
      ++counts_.unusable;
  }
  return !next.what.addresses.empty();
}

void introductions::pump(time_point now) {
  if (!node_bucket_)
    node_bucket_.emplace(dials_of_node, now);
  for (auto at = waiting_.begin(); at != waiting_.end();) {
    auto* bucket = bucket_of(at->from, now);
    const auto left = bucket ? std::min(bucket->left(now), node_bucket_->left(now)) : 0;
    if (at->dialling || at->not_before > now || dialling_.contains(at->what.peer) ||
        left < introduction_addresses_max) {
      ++at;
      continue;
    }
    if (!settle(*at)) {
      bucket->take(1); // checking a signature is work, too
      node_bucket_->take(1);
      at = waiting_.erase(at);
      continue;
    }
    const auto cost = static_cast<std::uint32_t>(at->what.addresses.size());
    bucket->take(cost);
    node_bucket_->take(cost);
    at->dialling = true;
    dialling_.insert(at->what.peer);
    ++counts_.dialled;
    effects_.push(dial{at->what.peer, at->what.addresses});
    ++at;
  }
  if (!waiting_.empty() && !std::exchange(ticking_, true))
    effects_.push(arm{tick_timer, tick});
}

void introductions::expire(timer_id timer, time_point now) {
  if (timer != tick_timer)
    return;
  ticking_ = false;
  pump(now);
}

introductions::counts introductions::snapshot() const {
  auto now = counts_;
  now.waiting = waiting_.size();
  now.budgets = buckets_.size();
  return now;
}

} // namespace troupe::peer
