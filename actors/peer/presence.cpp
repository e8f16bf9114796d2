// SPDX-License-Identifier: BSD-3-Clause
#include "actors/peer/presence.hpp"

#include <utility>

namespace troupe::peer {

void presence::established(incarnation remote) {
  if (std::exchange(joined_, true))
    return;
  foreign_ = false;
  effects_.push(say_joined{remote});
  announce();
}

void presence::ended() {
  if (joined_ || announced_)
    effects_.push(say_left{});
  joined_ = foreign_ = announced_ = false;
}

void presence::foreign() {
  foreign_ = true;
  announce();
}

void presence::told(transport::identity_ptr what) {
  identity_ = std::move(what);
  announce();
}

void presence::unlinked() {
  ended();
  identity_.reset();
}

void presence::announce() {
  if (announced_ || !identity_ || !(joined_ || foreign_))
    return;
  announced_ = true;
  effects_.push(say_identified{identity_});
}

} // namespace troupe::peer
