// SPDX-License-Identifier: BSD-3-Clause
// If one correct member delivers, all do. It tells the others how far it has got, keeps certificates until
// every member has passed them, and hands a few of them to who stays behind: one helper a laggard, the others
// step in where the first was of no help, ever more rarely while nothing comes of it. A slot's source is the
// first helper through its instance. Owner: brb_actor. Source: spec: brb 6 B5, 8.4 point 5.
#pragma once

#include "actors/brb/anti_entropy.hpp"

#include <map>
#include <optional>

namespace troupe::brb {

struct totality_options {
  peer_id self;
  duration heartbeat = std::chrono::milliseconds{100};  ///< vectors go out at most this often
  duration first_wait = std::chrono::milliseconds{200}; ///< from our delivery; two heartbeats tell who lags
  duration step = std::chrono::milliseconds{200};       ///< by which each further helper starts later
  duration again_first = std::chrono::seconds{1}; ///< between two tries for one laggard, doubled with each
  duration again_max = std::chrono::seconds{30};
};

constexpr std::size_t kept_max = 256;      ///< certificates of one source; anti-entropy has the older ones
constexpr std::size_t hand_out_max = 4;    ///< certificates in one try
constexpr std::size_t standings_max = 256; ///< peers whose vectors are known

/// What we have delivered of the source is synced up to here: only that is told.
struct deliveries_recorded {
  peer_id source;
  std::uint64_t up_to = 0;
};
/// What a peer says that it has delivered.
struct vector_received {
  peer_id from;
  delivered_vector delivered;
  bool whole = true; ///< a source that is not listed is at 0; otherwise only what is listed is said
  bool asks = false; ///< it may not know ours
};
struct peer_met {
  peer_id who;
};

class totality {
public:
  using effect = std::variant<send_packet, arm>;

  totality(totality_options options, view_ptr now) : options_(options), view_(std::move(now)) {}

  void start(time_point) {}
  void handle(const view_update& input, time_point now);
  /// Our own delivery; those of one source come in order.
  void handle(const certificate_delivered& input, time_point now);
  void handle(const deliveries_recorded& input, time_point now);
  /// Of members; what others say is ignored.
  void handle(const vector_received& input, time_point now);
  void handle(const peer_met& input, time_point now);
  void handle(const peer_gone& input, time_point now);
  void expire(timer_id timer, time_point now);
  std::optional<effect> poll() { return effects_.poll(); }

  /// The lowest slot of the source that every member of the current generation, ourselves too, has recorded,
  /// as far as they told; who was never heard of is at 0.
  std::uint64_t passed(const peer_id& source) const;

  struct state {
    std::map<peer_id, delivered_vector>
      members;          ///< of the current generation that are connected; not ourselves
    std::size_t kept;   ///< certificates
    std::size_t behind; ///< of those members
  };
  state snapshot() const;

private:
  struct kept_certificate {
    certificate_ptr what;
    time_point since; ///< our delivery
  };
  /// Certificates that were handed out and are not passed yet.
  struct handed {
    delivered_vector up_to;
    time_point at;
  };
  struct standing {
    bool here = false;   ///< in session
    bool told = false;   ///< our vector, since it last changed
    time_point heard_at; ///< when its vector first came in this session
    bool heard = false;
    delivered_vector delivered;
    duration patience{};    ///< after the next try
    time_point next_try;    ///< not before
    duration answer_time{}; ///< smoothed: from a try to the vector that has passed it
    std::optional<handed> open;
    delivered_vector tried; ///< without their payloads, up to here
    peer_id served;         ///< the source of the last certificate handed out
  };

  bool beside(const peer_id& who) const;
  bool lacks(const standing& of) const;
  void learn(standing& of, const vector_received& said, time_point now);
  void forget_passed(const peer_id& source);
  void forget_strangers();
  void tell(const peer_id& who);
  std::optional<time_point> help(const peer_id& who, standing& stands, time_point now);
  time_point due(const peer_id& who, const standing& stands, const kept_certificate& one) const;
  std::size_t rank(const peer_id& laggard, const operation_header& slot) const;
  void hand_out(const peer_id& who, standing& stands, const certificate_ptr& what);
  bool holds_payload(const peer_id& who, const certificate& proof) const;
  void wake(time_point now, time_point at);
  bool anything_to_tell() const;

  totality_options options_;
  view_ptr view_;
  effect_queue<effect> effects_;
  delivered_vector own_;
  delivered_vector recorded_;
  std::map<peer_id, std::map<std::uint64_t, kept_certificate>> kept_; ///< by source and slot
  std::map<peer_id, standing> peers_;                                 ///< standings_max
  std::optional<time_point> wakes_at_;
};

} // namespace troupe::brb
