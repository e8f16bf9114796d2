// SPDX-License-Identifier: BSD-3-Clause
// Who is told of whom, and whom to dial on another's word. Each peer in session is told once of every other
// one whose address is known, so a node connected to one member of a network finds all (seed 000, AddPeer).
// What a stranger says costs us little: addresses are judged, a signed record is checked before it is used,
// and dials come out of a budget per introducer and one of the node. Pure; owned by the peers actor.
// docs/protocols/introductions.md.
#pragma once

#include "actors/runtime/machine.hpp"
#include "messages/codec/introduction_codec.hpp"

#include <deque>
#include <map>
#include <set>
#include <variant>
#include <vector>

namespace troupe::peer {

inline const std::string introductions_protocol = "/troupe/introductions/1";

/// Those that can be dialled on another's word: an IP host that is no wildcard or multicast one, and a TCP
/// port. Names are left out, as what they lead to cannot be judged; loopback only where `loopback` says so.
std::vector<multiaddr> introducible(const std::vector<multiaddr>& addresses, bool loopback);
bool is_loopback(const multiaddr& address);

/// Tokens that come back evenly over a minute.
class minute_bucket {
public:
  minute_bucket(std::uint32_t per_minute, time_point now) : full_(per_minute), left_(per_minute), at_(now) {}
  std::uint32_t left(time_point now);
  void take(std::uint32_t n) { left_ -= n; }
  bool is_full(time_point now) const;

private:
  std::uint32_t back_since(time_point now) const;

  std::uint32_t full_;
  std::uint32_t left_;
  time_point at_;
};

class introductions {
public:
  static constexpr std::size_t told_max = 256;            ///< peers that one peer is told of in a session
  static constexpr std::size_t waiting_per_peer_max = 64; ///< dials that wait, of one introducer
  static constexpr std::size_t waiting_max = 1024;        ///< of all
  static constexpr std::uint32_t dials_per_peer = 64;     ///< addresses a minute, of one introducer
  static constexpr std::uint32_t dials_of_node = 256;     ///< addresses a minute, of all
  static constexpr std::uint32_t attempts_max = 3;        ///< for one peer on the word of one introducer
  /// Introducers whose budget is remembered. All but the full ones, which remember nothing: no more than the
  /// node's budget has tokens.
  static constexpr std::size_t introducers_max = dials_of_node;
  static constexpr duration tick = std::chrono::seconds{1};
  static constexpr timer_id tick_timer{~std::uint64_t{0}};

  // Effects beside those of every machine.
  /// At most introduction_peers_max of them.
  struct tell {
    peer_id to;
    std::vector<known_peer> peers;
  };
  struct dial {
    peer_id who;
    std::vector<multiaddr> addresses;
  };
  /// A record that its peer did not sign.
  struct forged {
    peer_id from;
  };
  using effect = std::variant<arm, cancel, tell, dial, forged>;

  void start(time_point) {}

  /// A session is up; `loopback`: the peer is on this machine.
  void joined(const peer_id& who, bool loopback);
  void left(const peer_id& who);
  /// Where a joined peer can be reached, from itself or as dialled; again whenever that changes.
  void located(known_peer where);

  /// A peer in session told of others; the caller has left out those that need no dial.
  void heard(const peer_id& from, std::vector<known_peer> peers, time_point now);
  /// The outcome of a dial. One that may do better another time is tried again.
  void ended(const peer_id& who, bool final, time_point now);
  /// There is a link: no dial is needed any more.
  void linked(const peer_id& who);

  void expire(timer_id timer, time_point now);
  std::optional<effect> poll() { return effects_.poll(); }

  struct counts {
    std::uint64_t told = 0;     ///< peers, to other peers
    std::uint64_t heard = 0;    ///< peers, from other peers
    std::uint64_t dialled = 0;  ///< peers
    std::uint64_t unusable = 0; ///< no address that may be dialled
    std::uint64_t crowded = 0;  ///< no room to wait in
    std::uint64_t forged = 0;
    std::size_t waiting = 0; ///< now
    std::size_t budgets = 0; ///< remembered now
  };
  counts snapshot() const;

private:
  struct member {
    bool loopback = false;
    std::optional<known_peer> where;
    std::set<peer_id> told;
  };
  struct candidate {
    peer_id from;
    bool loopback;
    known_peer what;
    std::uint32_t attempts = 0;
    bool dialling = false;
    time_point not_before;
  };

  void introduce(const peer_id& to, member& listener, const std::vector<const known_peer*>& others);
  minute_bucket* bucket_of(const peer_id& from, time_point now);
  bool settle(candidate& next);
  void pump(time_point now);

  std::map<peer_id, member> members_;
  std::deque<candidate> waiting_;
  std::set<peer_id> dialling_;
  std::map<peer_id, minute_bucket> buckets_;
  std::optional<minute_bucket> node_bucket_;
  bool ticking_ = false;
  counts counts_;
  effect_queue<effect> effects_;
};

} // namespace troupe::peer
