// SPDX-License-Identifier: BSD-3-Clause
// What comes of a source that signed two headers for one slot: both signatures are checked here, whoever says
// so; the proof is stored, handed to the other members, and held against the source by proposing that it
// leaves, again and again until it is out. Owner: brb_actor. Source: spec: brb 6 B6, 8.4 point 2.
#pragma once

#include "actors/brb/packets.hpp"
#include "messages/codec/promise_codec.hpp"

#include <map>

namespace troupe::brb {

struct accusations_options {
  peer_id self;
  std::string network;
  duration again_first = std::chrono::seconds{1}; ///< between two proposals, doubled with each
  duration again_max = std::chrono::seconds{30};
};

constexpr std::size_t accused_max = 64; ///< sources; one proof of each
constexpr std::size_t doubts_max = 16;  ///< proofs being checked

/// A proof that our own windows found, or that a peer handed us.
struct equivocation_seen {
  peer_id from; ///< ourselves for one of our own
  equivocation what;
};

class accusations {
public:
  /// Propose that it leaves, unless that is being voted on.
  struct expel {
    peer_id who;
  };
  using effect = std::variant<send_packet, expel, verify, persist, remember, arm, report, note>;

  accusations(accusations_options options, view_ptr now)
    : options_(std::move(options)), view_(std::move(now)), again_after_(options_.again_first) {}

  /// Takes the records of the promise log, before start.
  void restore(const equivocation_promise& record);
  void start(time_point now);
  void handle(const equivocation_seen& input, time_point now);
  void handle(const view_update& input, time_point now);
  /// A session is up: it may not know.
  void handle(const peer_returned& input, time_point now);
  void handle(const verified& input, time_point now);
  void handle(const persisted& input, time_point now);
  void expire(timer_id timer, time_point now);
  std::optional<effect> poll() { return effects_.poll(); }

  struct state {
    std::vector<peer_id> proven; ///< stored, ascending
    std::size_t checking;
  };
  state snapshot() const;

private:
  /// A proof whose two signatures are being checked.
  struct doubt {
    equivocation_seen what;
    std::size_t outstanding = 2;
    bool valid = true;
  };

  std::optional<brb_errc> judge(const equivocation& what) const;
  bool known(const peer_id& source) const;
  void hand_on(const equivocation& what, const peer_id& to);
  void hold_against(const peer_id& source);
  bool open() const;
  void again();

  accusations_options options_;
  view_ptr view_;
  effect_queue<effect> effects_;
  std::map<peer_id, equivocation> proven_;   ///< by source; accused_max
  std::map<std::uint64_t, doubt> doubts_;    ///< doubts_max
  std::map<ticket, std::uint64_t> checking_; ///< signature -> doubt
  std::map<ticket, equivocation> storing_;
  std::uint64_t last_ = 0;
  duration again_after_;
  bool waits_ = false; ///< for the timer
};

} // namespace troupe::brb
