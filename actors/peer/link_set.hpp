// SPDX-License-Identifier: BSD-3-Clause
// The links to one peer, and which of them carries the session: the one dialled by the smaller peer id, among
// those the newest. Both ends know the same of each link, so both keep the same one. The others are closed as
// superseded once the kept one has its session, which shows that the peer has seen it too; closing earlier
// could cut a peer that knows only the old one. Pure.
#pragma once

#include "actors/runtime/machine.hpp"
#include "messages/types/strong.hpp"
#include "transport/errors.hpp"

#include <variant>
#include <vector>

namespace troupe::peer {

class link_set {
public:
  static constexpr std::size_t links_max = 4; ///< one more is closed at once
  static constexpr timer_id surplus_timer{12};
  static constexpr duration surplus_limit = std::chrono::seconds{10}; ///< a superseded link lives no longer

  /// The session moves to this link; `replaces` another that was bound.
  struct bind {
    link_id link;
    bool replaces;
  };
  /// No link is left.
  struct unbind {};
  struct close {
    link_id link;
    transport::transport_errc why;
  };
  using effect = std::variant<arm, cancel, bind, unbind, close>;

  /// `we_are_smaller`: our peer id is smaller than the remote's.
  explicit link_set(bool we_are_smaller) : we_are_smaller_(we_are_smaller) {}

  void start(time_point) {}
  void up(link_id link, bool dialled_by_us, time_point now);
  void down(link_id link, time_point now);
  /// The bound link's session is established, or the peer turned out to have none.
  void settled(time_point now);
  /// Closes every link.
  void close_all(transport::transport_errc why);
  void expire(timer_id timer, time_point now);
  std::optional<effect> poll() { return effects_.poll(); }

  std::optional<link_id> bound() const { return bound_; }
  std::size_t size() const { return links_.size(); }
  std::size_t snapshot() const { return links_.size(); }

private:
  struct entry {
    link_id link;
    bool preferred; // dialled by the smaller id
  };
  void choose(time_point now);
  void close_surplus();

  bool we_are_smaller_;
  std::vector<entry> links_; // in the order they came up
  std::optional<link_id> bound_;
  bool settled_ = false;
  effect_queue<effect> effects_;
};

} // namespace troupe::peer
