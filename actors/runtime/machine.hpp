// SPDX-License-Identifier: BSD-3-Clause
// The contract of a pure protocol machine. It has no clock, randomness source, I/O or log: time is an
// argument, and all it wants done comes out of poll() as effects. What depends on slow work (a signature, a
// synced record) is asked for with a ticket, and is emitted only after that ticket's outcome came back as an
// input. The shell (actors/runtime/shell) drains poll() after every call; nothing in a machine re-enters it.
#pragma once

#include "messages/types/bytes.hpp"
#include "messages/types/fifo.hpp"
#include "messages/types/peer_id.hpp"
#include "messages/types/strong.hpp"
#include "messages/types/time.hpp"

#include <concepts>
#include <optional>
#include <string>
#include <utility>

namespace troupe {

// Effects that every machine may have in its variant; each machine adds its own send and deliver kinds.

/// Call expire(timer, now) once `after` has passed; arming it again replaces it.
struct arm {
  timer_id timer;
  duration after;
};
struct cancel {
  timer_id timer;
};
/// Append the record to the promise log and sync it; then persisted{ticket} comes back.
struct persist {
  ticket id;
  bytes record;
};
/// Check an Ed25519 signature; then verified{ticket, valid} comes back.
struct verify {
  ticket id;
  peer_id signer;
  bytes message;
  bytes signed_by;
};
/// Sign with the node's identity key; then signed_off{ticket, signature} comes back.
struct sign {
  ticket id;
  bytes message;
};
/// A remote peer did something wrong: `code` in the subsystem's own error enumeration.
struct report {
  peer_id peer;
  std::uint8_t code;
};
/// A line for the log and the trace: a constant event name and its text.
struct note {
  enum class level : std::uint8_t { trace, debug, info, warn, error };
  level severity;
  std::string text;
};

// Inputs that answer tickets.
struct persisted {
  ticket id;
  bool stored; ///< false: the store refused or failed, and the promise must not leave
};
struct verified {
  ticket id;
  bool valid;
};
struct signed_off {
  ticket id;
  bytes signed_by;
};

/// Every machine: handle overloads for its inputs, and these.
template <class M>
concept machine = requires(M m, const M c, time_point now, timer_id timer) {
  typename M::effect; // a std::variant
  { m.start(now) };
  { m.expire(timer, now) };
  { m.poll() } -> std::same_as<std::optional<typename M::effect>>;
  { c.snapshot() };
};

/// The queue behind poll(): first in, first out.
template <class Effect>
class effect_queue {
public:
  void push(Effect effect) { queue_.push_back(std::move(effect)); }
  std::optional<Effect> poll() {
    if (queue_.empty())
      return std::nullopt;
    auto effect = std::move(queue_.front());
    queue_.pop_front();
    return effect;
  }
  bool empty() const { return queue_.empty(); }

private:
  fifo<Effect> queue_;
};

} // namespace troupe
