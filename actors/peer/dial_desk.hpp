// SPDX-License-Identifier: BSD-3-Clause
// All dials of a node: gives out their ids, remembers who asked, keeps the number under way bounded (the
// others wait in order), and redials addresses that do not say whose they are until somebody answers. Pure;
// owned by the peers actor.
#pragma once

#include "actors/peer/dialler.hpp"
#include "transport/network.hpp"

#include <deque>
#include <map>

namespace troupe::peer {

class dial_desk {
public:
  static constexpr std::size_t unknown_max = 256;  ///< kept addresses without a peer id
  static constexpr std::size_t waiting_max = 4096; ///< dials that wait for their turn

  enum class kind : std::uint8_t { peer, unknown, stream, introduced };
  struct owner {
    kind what;
    peer_id who;                      ///< of all but an unknown one that failed
    std::vector<multiaddr> addresses; ///< of unknown: now the peer's own
  };
  using effect = std::variant<arm, cancel, transport::dial_request>;

  dial_desk(random_stream rng, std::size_t under_way_max) : rng_(rng), under_way_max_(under_way_max) {}

  /// Each gives the dial's id, or nothing at the cap. A peer has one dial at a time.
  std::optional<dial_id> dial_for_peer(const peer_id& who, std::vector<multiaddr> addresses);
  std::optional<dial_id> dial_for_stream(const peer_id& who, std::vector<multiaddr> addresses);
  std::optional<dial_id> dial_for_introduced(const peer_id& who, std::vector<multiaddr> addresses);
  /// Dials until a peer answers. False at the cap.
  bool keep_unknown(const std::vector<multiaddr>& addresses, time_point now);

  /// A dial's outcome: who asked for it.
  std::optional<owner> reached(dial_id which, const peer_id& who, time_point now);
  /// Addresses of nobody in particular come back in the owner; those that lead to ourselves are given up.
  std::optional<owner> missed(dial_id which, transport::transport_errc why, time_point now);
  /// The peer's actor ended: nobody waits for its dial any more.
  void forget_peer(const peer_id& who);

  void expire(timer_id timer, time_point now);
  std::optional<effect> poll() { return effects_.poll(); }
  std::size_t under_way() const { return under_way_; }
  std::size_t waiting() const { return waiting_.size(); }

private:
  struct asked {
    owner by;
    std::uint64_t unknown = 0;
    bool started = false;
    transport::dial_request request;
  };
  std::optional<dial_id> add(asked what);
  void start_some();
  std::optional<asked> take(dial_id which);
  void drain(std::uint64_t unknown);

  random_stream rng_;
  std::size_t under_way_max_;
  std::size_t under_way_ = 0;
  std::uint64_t next_dial_ = 1;
  std::uint64_t next_unknown_ = 1;
  std::map<dial_id, asked> asked_;
  std::deque<dial_id> waiting_;
  std::map<std::uint64_t, dialler> unknown_; // its number is its timer's id
  effect_queue<effect> effects_;
};

} // namespace troupe::peer
