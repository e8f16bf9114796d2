// SPDX-License-Identifier: BSD-3-Clause
// What subscribers hear of one peer: joined, identified, left, in this order and once each per session,
// whatever order the session and identify finish in. A peer without a troupe session is identified and left,
// never joined. Pure.
#pragma once

#include "actors/runtime/machine.hpp"
#include "transport/network.hpp"

#include <optional>
#include <variant>

namespace troupe::peer {

class presence {
public:
  struct say_joined {
    incarnation remote;
  };
  struct say_identified {
    transport::identity_ptr told;
  };
  struct say_left {};
  using effect = std::variant<say_joined, say_identified, say_left>;

  void established(incarnation remote);
  void ended();
  /// The bound link's peer speaks no session.
  void foreign();
  void told(transport::identity_ptr what);
  /// The last link is gone.
  void unlinked();
  std::optional<effect> poll() { return effects_.poll(); }

  bool is_joined() const { return joined_; }

private:
  void announce();

  bool joined_ = false;
  bool foreign_ = false;
  bool announced_ = false;
  transport::identity_ptr identity_;
  effect_queue<effect> effects_;
};

} // namespace troupe::peer
