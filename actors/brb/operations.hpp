// SPDX-License-Identifier: BSD-3-Clause
// Our own operations in order: from a command to an instance, one at a time until its slot is locked, at most
// window_size undelivered. Also the judge of echoes and acknowledgements no instance is there for. Owner:
// brb_actor. Source: spec: brb 2.3, 8.4 point 4, 8.6.
#pragma once

#include "actors/brb/packets.hpp"

#include <deque>
#include <map>
#include <set>

namespace troupe::brb {

constexpr std::size_t commands_max = 64;       ///< commands waiting for their turn
constexpr std::size_t certified_tail_max = 64; ///< instances kept only to resend to laggards

struct operations_options {
  peer_id self;
  bool promises_readable = true;
};

using command_id = strong<struct command_tag>;

/// When a command is answered: once its operation is promised (locked and on its way: it will happen, as soon
/// as a quorum can be reached), or once this node has delivered it.
enum class answer_when : std::uint8_t { promised, delivered };

/// A command of the user, e.g. "add" 3.
struct submit {
  command_id command;
  std::string action;
  std::uint64_t value = 0;
  answer_when when = answer_when::promised;
};
/// The data type's answer to a `prepare`; the error is a name.
struct prepared {
  ticket id;
  expected<bytes, std::string> operation;
};
struct instance_settled {
  std::uint64_t sequence = 0;
};
struct instance_failed {
  std::uint64_t sequence = 0;
  brb_errc why{};
  std::string detail;
};
struct own_delivered {
  std::uint64_t sequence = 0;
};
struct instance_finished {
  std::uint64_t sequence = 0;
};

class operations {
public:
  /// Ask the data type for the operation.
  struct prepare {
    ticket id;
    std::string action;
    std::uint64_t value;
    std::vector<bytes> before;
  };
  struct start_instance {
    operation_header header;
    bytes payload;
  };
  /// Drop the oldest instance that only waits for laggards; anti-entropy serves them.
  struct retire {
    std::uint64_t sequence;
  };
  /// The answer to a command: nothing, or why it did not happen.
  struct answer {
    command_id command;
    std::string error;
  };
  using effect = std::variant<prepare, start_instance, retire, answer>;

  operations(operations_options options, view_ptr now) : options_(options), view_(std::move(now)) {}

  /// Takes our own source's records of the promise log, in order, before start.
  void restore_locked(const send_message& lock);
  void restore_delivered(std::uint64_t sequence);
  /// Starts an instance for every slot of ours that was locked and not delivered.
  void start(time_point now);

  void handle(const submit& input, time_point now);
  void handle(const view_update& input, time_point) { view_ = input.now; }
  void handle(const prepared& input, time_point now);
  void handle(const instance_settled& input, time_point now);
  void handle(const instance_failed& input, time_point now);
  void handle(const own_delivered& input, time_point now);
  void handle(const instance_finished& input, time_point) { tail_.erase(input.sequence); }

  /// For an echo or acknowledgement without a live instance: nothing if it is merely late.
  std::optional<brb_errc> judge(const echo_message& echo) const;
  std::optional<brb_errc> judge(const delivered_message& vector) const;

  void expire(timer_id, time_point) {}
  std::optional<effect> poll() { return effects_.poll(); }

  struct state {
    std::uint64_t last_sequence;
    std::size_t undelivered;
    std::size_t waiting;
  };
  state snapshot() const { return {last_, open_.size(), queue_.size()}; }

private:
  std::optional<brb_errc> refusal() const;
  void next();
  void reply(std::string error);

  operations_options options_;
  view_ptr view_;
  effect_queue<effect> effects_;
  std::deque<submit> queue_; ///< the first one is being prepared or locked
  std::optional<ticket> preparing_;
  std::optional<std::uint64_t> locking_;
  std::uint64_t last_ = 0;                     ///< the last sequence number given
  std::map<std::uint64_t, send_message> open_; ///< given and not delivered here
  std::map<std::uint64_t, command_id> to_answer_; ///< of open_, when it is delivered
  std::set<std::uint64_t> tail_;               ///< delivered here, the instance still lives
  std::uint64_t last_ticket_ = 0;
};

} // namespace troupe::brb
