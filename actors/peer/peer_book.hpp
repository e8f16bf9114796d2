// SPDX-License-Identifier: BSD-3-Clause
// What a node knows of other peers: addresses, when they were last seen, and a score. Misbehaviour costs
// points, which decay; at 100 the peer is banned for a while. Pure; owned by the peers actor.
#pragma once

#include "actors/peer/dialler.hpp"
#include "messages/types/peer_id.hpp"
#include "messages/types/time.hpp"

#include <map>
#include <optional>
#include <vector>

namespace troupe::peer {

constexpr std::uint32_t score_limit = 100; ///< points that close and ban

struct peer_book_options {
  std::size_t peers_max = 4096; ///< beyond, the one not seen for longest that nobody holds makes room
  duration point_decays_in = std::chrono::seconds{6};
  duration banned_for = std::chrono::minutes{5};
};

class peer_book {
public:
  explicit peer_book(peer_book_options options = {}) : options_(options) {}

  /// A sign of life. False if the book is full of held peers.
  bool seen(const peer_id& who, time_point now);
  bool add_addresses(const peer_id& who, const std::vector<multiaddr>& addresses, time_point now);
  /// A held peer (connected or kept) is not forgotten.
  void hold(const peer_id& who, bool held);

  /// Not to be dialled on another's word: the user has disconnected it.
  void shun(const peer_id& who, bool shunned, time_point now);
  bool is_shunned(const peer_id& who) const;

  enum class verdict : std::uint8_t { tolerated, banned };
  verdict charge(const peer_id& who, std::uint32_t cost, time_point now);
  bool is_banned(const peer_id& who, time_point now) const;
  std::optional<time_point> banned_until(const peer_id& who) const;
  std::uint32_t score(const peer_id& who, time_point now) const;

  std::vector<multiaddr> addresses(const peer_id& who) const;
  bool knows(const peer_id& who) const { return entries_.contains(who); }
  /// Ascending by id.
  std::vector<peer_id> peers() const;
  std::size_t size() const { return entries_.size(); }

private:
  struct entry {
    std::vector<multiaddr> addresses;
    time_point last_seen{};
    bool held = false;
    bool shunned = false;
    std::uint32_t points = 0;
    time_point points_at{};
    std::optional<time_point> banned_until;
  };
  entry* find_or_add(const peer_id& who, time_point now);
  std::uint32_t points_now(const entry& e, time_point now) const;

  peer_book_options options_;
  std::map<peer_id, entry> entries_;
};

} // namespace troupe::peer
