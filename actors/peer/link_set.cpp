// SPDX-License-Identifier: BSD-3-Clause
#include "actors/peer/link_set.hpp"

#include <algorithm>

namespace troupe::peer {

using transport::transport_errc;

void link_set::up(link_id link, bool dialled_by_us, time_point now) {
  if (links_.size() == links_max) {
    effects_.push(close{link, transport_errc::too_many_connections});
    return;
  }
  links_.push_back({link, dialled_by_us == we_are_smaller_});
  choose(now);
}

void link_set::down(link_id link, time_point now) {
  const auto gone =
    std::find_if(links_.begin(), links_.end(), [&](const entry& e) { return e.link == link; });
  if (gone == links_.end())
    return;
  links_.erase(gone);
  if (bound_ != link)
    return;
  if (links_.empty()) {
    bound_.reset();
    effects_.push(unbind{});
    effects_.push(cancel{surplus_timer});
    return;
  }
  choose(now);
}

void link_set::choose(time_point) {
  const entry* best = &links_.front();
  for (const auto& candidate : links_)
    if (candidate.preferred >= best->preferred)
      best = &candidate;
  if (links_.size() > 1)
    effects_.push(arm{surplus_timer, surplus_limit});
  if (bound_ == best->link) {
    if (settled_)
      close_surplus();
    return;
  }
  settled_ = false;
  effects_.push(bind{best->link, bound_.has_value()});
  bound_ = best->link;
}

void link_set::settled(time_point) {
  settled_ = true;
  close_surplus();
}

void link_set::close_surplus() {
  // They leave the set when they are down: until then they count against links_max.
  for (const auto& e : links_)
    if (e.link != bound_)
      effects_.push(close{e.link, transport_errc::superseded});
}

void link_set::close_all(transport_errc why) {
  for (const auto& e : links_)
    effects_.push(close{e.link, why});
}

void link_set::expire(timer_id timer, time_point) {
  if (timer == surplus_timer)
    close_surplus();
}

} // namespace troupe::peer
