// SPDX-License-Identifier: BSD-3-Clause
// When to dial one peer: at once when asked, again after loss and failure with capped exponential backoff and
// seeded jitter, one dial at a time, for ever while the peer is kept. Pure; used by the peer's machine, and
// by the peers actor for addresses that do not say whose they are.
#pragma once

#include "actors/runtime/backoff.hpp"
#include "actors/runtime/machine.hpp"
#include "messages/types/multiaddr.hpp"

#include <variant>
#include <vector>

namespace troupe::peer {

constexpr std::size_t addresses_max = 32; ///< per peer

constexpr backoff_options redial_backoff{.min = std::chrono::milliseconds{200},
                                         .max = std::chrono::seconds{30},
                                         .factor = 2,
                                         .jitter_percent = 25,
                                         .healthy_after = std::chrono::seconds{10}};

/// Adds what is not yet there, up to addresses_max; true if anything was.
bool merge_addresses(std::vector<multiaddr>& into, const std::vector<multiaddr>& more);

class dialler {
public:
  static constexpr timer_id redial_timer{11};

  struct dial {
    std::vector<multiaddr> addresses;
  };
  using effect = std::variant<arm, cancel, dial>;

  explicit dialler(random_stream rng, backoff_options options = redial_backoff) : wait_(options, rng) {}

  void start(time_point) {}
  /// Connect and stay connected; known addresses are kept, new ones added.
  void keep(const std::vector<multiaddr>& addresses, time_point now);
  /// Addresses heard of otherwise (identify); dialled only while the peer is kept.
  void learn(const std::vector<multiaddr>& addresses) { merge_addresses(addresses_, addresses); }
  void forget();
  /// The first link came up, whoever dialled it.
  void linked(time_point now);
  /// The last link is gone.
  void unlinked(time_point now);
  /// No dial before `until`: the peer is banned.
  void hold(time_point until, time_point now);
  /// The dial's outcome.
  void dial_ended(bool reached, time_point now);
  void expire(timer_id timer, time_point now);
  std::optional<effect> poll() { return effects_.poll(); }

  struct state {
    bool kept;
    bool dialling;
    bool waiting;
  };
  state snapshot() const { return {kept_, dialling_, waiting_}; }
  const std::vector<multiaddr>& addresses() const { return addresses_; }

private:
  void try_now(time_point now);
  void wait(duration lasted, time_point now);

  std::vector<multiaddr> addresses_;
  backoff wait_;
  bool kept_ = false;
  bool linked_ = false;
  bool dialling_ = false;
  bool waiting_ = false;
  time_point linked_at_{};
  time_point held_until_{};
  effect_queue<effect> effects_;
};

} // namespace troupe::peer
