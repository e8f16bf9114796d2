// SPDX-License-Identifier: BSD-3-Clause
// Whom a node finds again after a restart: the peers it had sessions with last, and where. A few of them,
// written rarely; those it dialled itself stay before those that came. Pure; owned by the peers actor.
#pragma once

#include "actors/runtime/machine.hpp"
#include "messages/codec/introduction_codec.hpp"

#include <variant>
#include <vector>

namespace troupe::peer {

class remembered_peers {
public:
  static constexpr std::size_t peers_max = introduction_peers_max;    ///< 16: beyond, the oldest makes room
  static constexpr duration written_after = std::chrono::seconds{2};  ///< a change
  static constexpr duration between_writes = std::chrono::minutes{1}; ///< at least
  static constexpr timer_id write_timer{~std::uint64_t{0} - 1};

  /// All of them, the most recent first; empty if there are none any more.
  struct write {
    std::vector<known_peer> peers;
  };
  using effect = std::variant<arm, write>;

  remembered_peers() = default;
  /// What was written before.
  explicit remembered_peers(std::vector<known_peer> from);

  /// The owner has begun anew: what is not written yet will be.
  void start(time_point now);
  /// There is a session. Addresses that are too many or too long are left out; without any nothing is
  /// remembered.
  void met(const peer_id& who, const std::vector<multiaddr>& addresses, bool dialled, time_point now);
  void forget(const peer_id& who, time_point now);
  void expire(timer_id timer, time_point now);
  std::optional<effect> poll() { return effects_.poll(); }

  /// The most recent first.
  std::vector<known_peer> peers() const;

private:
  struct entry {
    known_peer where;
    bool dialled = false;
  };
  void changed(time_point now);

  std::vector<entry> known_; // of the most recent first
  bool waiting_ = false;     // for the timer
  std::optional<time_point> written_at_;
  effect_queue<effect> effects_;
};

} // namespace troupe::peer
