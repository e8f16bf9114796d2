// SPDX-License-Identifier: BSD-3-Clause
#include "actors/peer/dialler.hpp"

#include <algorithm>

namespace troupe::peer {

bool merge_addresses(std::vector<multiaddr>& into, const std::vector<multiaddr>& more) {
  bool added = false;
  for (const auto& address : more) {
    if (into.size() == addresses_max)
      break;
    if (!address.known() || address.empty() || std::find(into.begin(), into.end(), address) != into.end())
      continue;
    into.push_back(address);
    added = true;
  }
  return added;
}

void dialler::keep(const std::vector<multiaddr>& addresses, time_point now) {
  const bool news = merge_addresses(addresses_, addresses);
  const bool was_kept = std::exchange(kept_, true);
  // A person who names a new address does not want to wait for the old ones' backoff.
  if (waiting_ && (news || !was_kept) && now >= held_until_) {
    waiting_ = false;
    effects_.push(cancel{redial_timer});
    wait_.reset();
  }
  try_now(now);
}

void dialler::forget() {
  kept_ = false;
  if (std::exchange(waiting_, false))
    effects_.push(cancel{redial_timer});
}

void dialler::linked(time_point now) {
  linked_ = true;
  linked_at_ = now;
  if (std::exchange(waiting_, false))
    effects_.push(cancel{redial_timer});
}

void dialler::unlinked(time_point now) {
  if (!std::exchange(linked_, false))
    return;
  if (kept_ && !dialling_)
    wait(now - linked_at_, now);
}

void dialler::hold(time_point until, time_point now) {
  held_until_ = std::max(held_until_, until);
  if (kept_ && !linked_ && !dialling_)
    wait(duration{}, now);
}

void dialler::dial_ended(bool reached, time_point now) {
  if (!std::exchange(dialling_, false) || reached || linked_ || !kept_)
    return;
  wait(duration{}, now);
}

void dialler::expire(timer_id timer, time_point now) {
  if (timer != redial_timer || !std::exchange(waiting_, false))
    return;
  try_now(now);
}

void dialler::try_now(time_point now) {
  if (!kept_ || linked_ || dialling_ || waiting_ || addresses_.empty())
    return;
  if (now < held_until_)
    return wait(duration{}, now);
  dialling_ = true;
  effects_.push(dial{addresses_});
}

void dialler::wait(duration lasted, time_point now) {
  waiting_ = true;
  effects_.push(arm{redial_timer, std::max(wait_.failed_after(lasted), held_until_ - now)});
}

} // namespace troupe::peer
