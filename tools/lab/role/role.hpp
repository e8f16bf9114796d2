// SPDX-License-Identifier: BSD-3-Clause
// How a liar behaves under troupe's own protocols: pure, fed with the packets it receives, with the commands
// of its user and with the passing of time; what it sends comes out of poll(). It signs as itself and as
// nobody else. One class a role, in a file of its own. Driven by role/role_actor.cpp.
#pragma once

#include "actors/brb/packets.hpp"
#include "messages/codec/membership_codec.hpp"
#include "messages/types/random_stream.hpp"
#include "tools/lab/algorithm/broadcast.hpp"
#include "tools/lab/scenario/scenario.hpp"

#include <functional>
#include <memory>
#include <variant>
#include <vector>

namespace troupe::lab {

struct role_options {
  peer_id self;
  std::string network;
  signing keys;
  std::set<peer_id> voters;    ///< members at generation 0; they name the group
  std::vector<peer_id> others; ///< every other node of the run
  random_stream rng{0};
  /// What an honest node outside signs when it is asked to join: it agrees to whoever asks for this group.
  std::function<signature(const peer_id& joiner, byte_view message)> consent;
  /// What the voters' keys have signed in another network that they are members of, too.
  std::function<signature(const peer_id& signer, byte_view message)> elsewhere;
};

class role {
public:
  /// A packet of the broadcast protocol, a vote, or a frame that no codec would make.
  struct raw_frame {
    std::string protocol;
    std::uint16_t type = 0;
    bytes payload;
  };
  struct send {
    peer_id to;
    std::variant<brb::packet, membership::signed_vote_ptr, raw_frame> what;
  };
  using received = std::variant<brb::packet, membership::signed_vote_ptr>;

  virtual ~role() = default;

  virtual void joined(const peer_id&) {}
  virtual void handle(const peer_id&, const received&) {}
  /// Its user wants something done; `payload` is an operation as an honest node would make it.
  virtual void execute(byte_view) {}
  /// Every role_tick.
  virtual void tick() {}
  std::optional<send> poll() { return sends_.poll(); }

protected:
  effect_queue<send> sends_;
};

constexpr duration role_tick = std::chrono::milliseconds{50};

/// Whether its lie is about operations of its own: who has none is not asked for any.
constexpr bool broadcasts(role_kind which) {
  return which == role_kind::equivocate || which == role_kind::withhold_certificate ||
         which == role_kind::replay || which == role_kind::crashing_input ||
         which == role_kind::outlive_locks;
}

std::unique_ptr<role> make_role(role_kind which, role_options options);

} // namespace troupe::lab
