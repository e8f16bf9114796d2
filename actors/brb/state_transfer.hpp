// SPDX-License-Identifier: BSD-3-Clause
// The saved state of a checkpoint on its way: served in parts to members that ask, and fetched by a node that
// lacks what nobody keeps any more (it joined late, was away for long, or lost its disk). A fetched state is
// believed for the quorum that signed it and for nothing else. Owner: state_transfer_actor. Source: spec: brb
// 8.4 point 9.
#pragma once

#include "actors/brb/certificate_check.hpp"
#include "actors/brb/trailing_state.hpp"

#include <map>
#include <optional>

namespace troupe::brb {

struct state_transfer_options {
  peer_id self;
  std::string network;
  trailing_state::maker make = nullptr; ///< an empty state, to see whether a fetched one can be read
  duration part_timeout = std::chrono::seconds{5};
  lost_base lost = {}; ///< our own checkpoint cannot be read: nothing that covers less is fetched
  duration says_again = std::chrono::minutes{1}; ///< that it waits for one
};

constexpr std::size_t part_tries_max = 3; ///< requests for one part

/// `from` does not keep what we lack, but has this.
struct checkpoint_offered {
  peer_id from;
  checkpoint_ptr what;
  delivered_vector lacking; ///< what we have delivered
};
struct state_asked {
  peer_id from;
  state_request what;
};
struct state_part_received {
  peer_id from;
  state_page what;
};
class state_transfer {
public:
  /// It is stored, and this node goes on from it.
  struct adopted {
    base_state what;
  };
  using effect = std::variant<send_packet, supersede, adopted, verify, arm, cancel, report, note>;

  state_transfer(state_transfer_options options, view_ptr now, base_state base);

  void start(time_point);
  void handle(const view_update& input, time_point) { view_ = input.now; }
  void handle(const base_moved& input, time_point);
  void handle(const checkpoint_offered& input, time_point);
  void handle(const state_asked& input, time_point);
  void handle(const state_part_received& input, time_point now);
  void handle(const verified& input, time_point now);
  void handle(const persisted& input, time_point);
  void expire(timer_id timer, time_point now);
  std::optional<effect> poll() { return effects_.poll(); }

  struct state {
    bool fetching;
    std::uint64_t fetched; ///< bytes
  };
  state snapshot() const { return {fetching_.has_value(), fetching_ ? fetching_->saved.size() : 0}; }

private:
  struct fetching {
    peer_id from;
    checkpoint_ptr what;
    std::size_t checks = 0; ///< signatures still being verified
    bool valid = true;
    bytes saved;
    std::size_t tries = 1; ///< of the next part
  };

  void ask();
  void complete();
  void give_up(std::string_view why);
  void say_what_is_lacking();

  state_transfer_options options_;
  view_ptr view_;
  effect_queue<effect> effects_;
  base_state base_;
  digest base_id_{};
  std::optional<fetching> fetching_;
  std::map<ticket, digest> verifying_; ///< of the checkpoint
  std::optional<ticket> storing_;
  base_state stored_;
  std::uint64_t last_ticket_ = 0;
};

} // namespace troupe::brb
