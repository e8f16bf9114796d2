// SPDX-License-Identifier: BSD-3-Clause
#include "actors/peer/dial_desk.hpp"

#include <utility>

namespace troupe::peer {

std::optional<dial_id> dial_desk::add(asked what) {
  if (waiting_.size() >= waiting_max)
    return std::nullopt;
  const dial_id id{next_dial_++};
  what.request.id = id;
  asked_.emplace(id, std::move(what));
  waiting_.push_back(id);
  start_some();
  return id;
}

void dial_desk::start_some() {
  while (under_way_ < under_way_max_ && !waiting_.empty()) {
    const auto at = asked_.find(waiting_.front());
    waiting_.pop_front();
    if (at == asked_.end())
      continue;
    at->second.started = true;
    ++under_way_;
    effects_.push(std::move(at->second.request));
  }
}

std::optional<dial_id> dial_desk::dial_for_peer(const peer_id& who, std::vector<multiaddr> addresses) {
  return add({{kind::peer, who, {}}, 0, false, {{}, who, std::move(addresses)}});
}

std::optional<dial_id> dial_desk::dial_for_stream(const peer_id& who, std::vector<multiaddr> addresses) {
  if (addresses.empty())
    return std::nullopt;
  return add({{kind::stream, who, {}}, 0, false, {{}, who, std::move(addresses)}});
}

std::optional<dial_id> dial_desk::dial_for_introduced(const peer_id& who, std::vector<multiaddr> addresses) {
  return add({{kind::introduced, who, addresses}, 0, false, {{}, who, addresses}});
}

bool dial_desk::keep_unknown(const std::vector<multiaddr>& addresses, time_point now) {
  if (unknown_.size() == unknown_max)
    return false;
  const auto number = next_unknown_++;
  auto& made = unknown_.try_emplace(number, rng_.split(std::to_string(number))).first->second;
  made.keep(addresses, now);
  drain(number);
  return true;
}

void dial_desk::drain(std::uint64_t number) {
  const auto at = unknown_.find(number);
  if (at == unknown_.end())
    return;
  while (auto made = at->second.poll()) {
    if (auto* order = std::get_if<dialler::dial>(&*made)) {
      if (!add({{kind::unknown, {}, {}}, number, false, {{}, std::nullopt, std::move(order->addresses)}}))
        at->second.dial_ended(false, {});
    } else if (const auto* timer = std::get_if<arm>(&*made)) {
      effects_.push(arm{timer_id{number}, timer->after});
    } else {
      effects_.push(cancel{timer_id{number}});
    }
  }
}

std::optional<dial_desk::asked> dial_desk::take(dial_id which) {
  auto found = asked_.extract(which);
  if (found.empty())
    return std::nullopt;
  if (found.mapped().started)
    --under_way_;
  start_some();
  return std::move(found.mapped());
}

std::optional<dial_desk::owner> dial_desk::reached(dial_id which, const peer_id& who, time_point) {
  auto found = take(which);
  if (!found)
    return std::nullopt;
  auto by = std::move(found->by);
  if (by.what == kind::unknown)
    if (auto known = unknown_.extract(found->unknown))
      by.addresses = known.mapped().addresses();
  by.who = who;
  return by;
}

std::optional<dial_desk::owner> dial_desk::missed(dial_id which, transport::transport_errc why,
                                                  time_point now) {
  auto found = take(which);
  if (!found)
    return std::nullopt;
  if (why == transport::transport_errc::self_dial) {
    if (auto known = unknown_.extract(found->unknown))
      found->by.addresses = known.mapped().addresses();
    return std::move(found->by);
  }
  if (const auto known = unknown_.find(found->unknown); known != unknown_.end()) {
    found->by.addresses = known->second.addresses();
    known->second.dial_ended(false, now);
    drain(found->unknown);
  }
  return std::move(found->by);
}

void dial_desk::forget_peer(const peer_id& who) {
  // The successor asks anew; the old outcome, should it come, is nobody's. A link that it brings counts as
  // one that came by itself.
  for (auto at = asked_.begin(); at != asked_.end();) {
    const bool his = at->second.by.what == kind::peer && at->second.by.who == who;
    if (his && at->second.started)
      --under_way_;
    at = his ? asked_.erase(at) : std::next(at);
  }
  start_some();
}

void dial_desk::expire(timer_id timer, time_point now) {
  if (const auto known = unknown_.find(timer.value()); known != unknown_.end()) {
    known->second.expire(dialler::redial_timer, now);
    drain(timer.value());
  }
}

} // namespace troupe::peer
