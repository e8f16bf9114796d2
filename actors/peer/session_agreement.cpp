// SPDX-License-Identifier: BSD-3-Clause
// The half of the session that judges who it is with: network, version, voting group and incarnation, and how
// it ends when they do not agree.
#include "actors/peer/session.hpp"

namespace troupe::peer {

void session::set_group(bytes group_id, time_point now) {
  if (group_id == options_.group_id)
    return;
  options_.group_id = std::move(group_id);
  announce(now);
  if (phase_ == phase::up && !same_group(remote_group_))
    refuse(session_errc::group_mismatch, now);
}

void session::refuse(session_errc why, time_point now) {
  if (phase_ == phase::down || phase_ == phase::refused)
    return;
  // What broke the session counts as received, else the peer would send it again on the next link.
  if (phase_ == phase::up)
    acknowledge(false, now);
  if (phase_ != phase::opening && phase_ != phase::foreign)
    effects_.push(write_control{encode(session_close{static_cast<std::uint8_t>(why)})});
  phase_ = phase::refused;
  effects_.push(close_link{why});
}

bool session::agrees(const session_hello& hello, time_point now) {
  if (hello.network_id != options_.network_id) {
    refuse(session_errc::network_mismatch, now);
    return false;
  }
  if (hello.version_max < options_.version_min || hello.version_min > options_.version_max) {
    refuse(session_errc::version_mismatch, now);
    return false;
  }
  if (!same_group(hello.group_id)) {
    refuse(session_errc::group_mismatch, now);
    return false;
  }
  if (phase_ == phase::up && hello.boot != remote_boot_) {
    refuse(session_errc::boot_changed, now);
    return false;
  }
  return true;
}

void session::new_incarnation(incarnation boot) {
  if (joined_) {
    joined_ = false;
    effects_.push(ended{});
  }
  remote_boot_ = boot;
  for (auto& l : lanes_) {
    l.out.restart();
    l.in.reset();
  }
}

} // namespace troupe::peer
