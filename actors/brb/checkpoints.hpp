// SPDX-License-Identifier: BSD-3-Clause
// Checkpoints: a quorum's word on the state after a delivered vector, so that what led to it can be
// forgotten. Every so many deliveries a member proposes its vector; whoever gets there and finds the same
// state signs. It keeps a state of its own that trails the delivered one, as a proposal names a state that
// has passed. Owner: checkpoint_actor. Source: spec: brb 8.4 point 9.
#pragma once

#include "actors/brb/anti_entropy.hpp"
#include "actors/brb/certificate_check.hpp"
#include "actors/brb/trailing_state.hpp"

#include <map>
#include <optional>

namespace troupe::brb {

struct checkpoint_options {
  peer_id self;
  std::string network;
  std::uint64_t every = 1024;                         ///< deliveries between two checkpoints
  duration at_least_every = std::chrono::seconds{10}; ///< if anything was delivered
  duration collecting_for = std::chrono::seconds{5};  ///< signatures of a proposal; then it is made anew
  duration between_votes = std::chrono::seconds{1};   ///< for proposals of one member
};

constexpr std::size_t checkpoint_checks_max = 8; ///< proofs whose signatures are being checked

struct checkpoint_vote_received {
  peer_id from;
  checkpoint_vote what;
};
struct checkpoint_received {
  peer_id from;
  checkpoint_ptr what;
};

class checkpoints {
public:
  using effect = std::variant<send_packet, supersede, base_moved, verify, sign, arm, report, note>;

  /// `trailing` stands at the last checkpoint and has what was delivered since.
  checkpoints(checkpoint_options options, view_ptr now, trailing_state trailing);

  void start(time_point now);
  void handle(const view_update& input, time_point now);
  void handle(const certificate_delivered& input, time_point now);
  void handle(const checkpoint_vote_received& input, time_point now);
  void handle(const checkpoint_received& input, time_point now);
  void handle(const verified& input, time_point now);
  void handle(const signed_off& input, time_point now);
  void handle(const persisted& input, time_point now);
  void expire(timer_id timer, time_point now);
  std::optional<effect> poll() { return effects_.poll(); }

  struct state {
    delivered_vector base;  ///< of the last checkpoint
    std::uint64_t since;    ///< deliveries behind it
    std::uint64_t diverged; ///< states of others that are not ours at the same vector
    std::size_t waiting;    ///< proposals for vectors we have not reached
  };
  state snapshot() const;
  const base_state& base() const { return trailing_.base(); }

private:
  /// What we proposed, and who has signed it.
  struct collection {
    checkpoint_statement what;
    std::map<peer_id, signature> seals;
    time_point until;
  };
  struct own_word {
    peer_id proposer;
    checkpoint_vote what;
  };
  struct seal_check {
    peer_id from;
    checkpoint_vote what;
  };
  struct quorum_check {
    checkpoint_received input;
    std::size_t outstanding = 0;
    bool valid = true;
  };

  std::optional<std::size_t> rank() const;
  bool due(time_point now) const;
  void arm_next(time_point now);
  void propose(time_point now);
  void consider_waiting(time_point now);
  void answer(const peer_id& proposer, const checkpoint_statement& what, time_point now);
  void diverged(const peer_id& from);
  std::optional<checkpoint_statement> own_statement(const delivered_vector& reached, generation gen);
  void on_seal(const peer_id& from, const checkpoint_vote& what);
  void certify();
  void install(const checkpoint_ptr& what);
  void install_if_reached();
  void forget_checks();
  void send_to_members(const packet& what);
  ticket next_ticket() { return ticket{++last_ticket_}; }

  checkpoint_options options_;
  view_ptr view_;
  trailing_state trailing_;
  effect_queue<effect> effects_;
  std::optional<time_point> first_since_; ///< when the first delivery behind the base came
  std::optional<collection> collecting_;
  time_point quiet_until_{}; ///< another's proposal is under way, or ours was too large or not stored
  std::map<peer_id, checkpoint_statement> waiting_; ///< by proposer, the newest; members only
  std::map<peer_id, time_point> voted_at_;          ///< by proposer
  std::map<ticket, own_word> signing_;
  std::map<ticket, seal_check> checking_seals_;
  std::map<ticket, std::uint64_t> checking_; ///< ticket -> number in checks_
  std::map<std::uint64_t, quorum_check> checks_;
  checkpoint_ptr ahead_; ///< proven, its vector not reached here
  std::optional<ticket> storing_;
  base_state stored_; ///< what storing_ is about
  std::uint64_t diverged_ = 0;
  std::uint64_t last_check_ = 0;
  std::uint64_t last_ticket_ = 0;
};

} // namespace troupe::brb
