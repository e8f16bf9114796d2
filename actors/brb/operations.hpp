// SPDX-License-Identifier: BSD-3-Clause
// Our own operations in order: from commands to batches, from a batch to an instance, at most pipeline_max
// undelivered. A batch is cut when nothing of ours is on its way, when it is full, or when its first command
// has waited long enough and little is on its way. Also the judge of echoes and acknowledgements no instance
// is there for. Owner: brb_actor. Source: spec: brb 2.3, 8.4 points 1 and 4, 8.6.
#pragma once

#include "actors/brb/instance.hpp"
#include "actors/datatype/data_type.hpp"

#include <deque>
#include <map>
#include <set>

namespace troupe::brb {

constexpr std::size_t commands_max = 16384;    ///< commands waiting for their turn
constexpr std::size_t certified_tail_max = 64; ///< instances kept only to resend to laggards

/// How many operations share one broadcast.
struct batch_limits {
  std::uint32_t operations = 256; ///< at most; 1 = no batches; up to batch_operations_max
  duration delay =
    std::chrono::milliseconds{5}; ///< at most, from its first command, while others are on their way
};

struct operations_options {
  peer_id self;
  bool promises_readable = true;
  batch_limits batches = {};
  /// How long a command may wait for room in the window before it is refused.
  duration patience = std::chrono::seconds{1};
  bool whole = true; ///< false: this node waits for a checkpoint, as its own is damaged
};

using command_id = strong<struct command_tag>;

/// When a command is answered: once its operation is promised (locked and on its way: it will happen, as soon
/// as a quorum can be reached), or once this node has delivered it.
enum class answer_when : std::uint8_t { promised, delivered };

/// Commands of the user, numbered from `first`.
struct submit {
  command_id first;
  std::vector<command> commands;
  answer_when when = answer_when::promised;
};
/// The data type's answer to a `prepare`.
struct prepared {
  ticket id;
  /// Of the first commands asked about, as many as there was room for: why it cannot be done, a name; empty =
  /// it is in the payload.
  std::vector<std::string> refusals;
  std::uint32_t operations = 0; ///< in the payload
  bytes payload;
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
  /// Ask the data type for the operations of the slot; `before` are our own that are on their way.
  struct prepare {
    ticket id;
    std::uint64_t sequence;
    std::vector<command> commands;
    std::vector<send_ptr> before;
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
  using effect = std::variant<prepare, start_instance, retire, answer, numbers_disputed, arm>;

  operations(operations_options options, view_ptr now) : options_(options), view_(std::move(now)) {}

  /// Takes our own source's records of the promise log, in order, before start.
  void restore_locked(const send_message& lock);
  void restore_delivered(std::uint64_t sequence);
  /// Starts an instance for every slot of ours that was locked and not delivered.
  void start(time_point now);

  void handle(const submit& input, time_point now);
  void handle(const view_update& input, time_point now);
  void handle(prepared input, time_point now);
  void handle(const instance_settled& input, time_point now);
  void handle(const instance_failed& input, time_point now);
  void handle(const own_delivered& input, time_point now);
  void handle(const instance_finished& input, time_point) { tail_.erase(input.sequence); }

  /// For an echo or acknowledgement without a live instance: nothing if it is merely late.
  std::optional<brb_errc> judge(const echo_message& echo) const;
  std::optional<brb_errc> judge(const delivered_message& vector) const;

  void expire(timer_id timer, time_point now);
  std::optional<effect> poll() { return effects_.poll(); }

  struct state {
    std::uint64_t last_sequence;
    std::size_t undelivered;
    std::size_t waiting;
  };
  state snapshot() const { return {last_, open_.size(), queue_.size()}; }

private:
  struct waiting {
    command_id id;
    command what;
    answer_when when;
    time_point since;
  };

  std::optional<brb_errc> refusal() const;
  bool window_full() const { return open_.size() >= pipeline_max; }
  void next(time_point now);
  void cut();
  void refuse_waiting(const std::string& error);
  void lock(prepared& made, std::vector<waiting> commands);
  void take_back_last();

  operations_options options_;
  view_ptr view_;
  effect_queue<effect> effects_;
  std::deque<waiting> queue_; ///< the first preparing_count_ are being prepared
  std::optional<ticket> preparing_;
  std::size_t preparing_count_ = 0;
  std::map<std::uint64_t, std::vector<waiting>> locking_; ///< of open_: not settled yet, with their commands
  std::set<std::uint64_t> taken_back_; ///< behind one that failed: their instances fail too, then we go on
  std::uint64_t last_ = 0;             ///< the last sequence number given
  std::map<std::uint64_t, send_ptr> open_;                     ///< given and not delivered here
  std::map<std::uint64_t, std::vector<command_id>> to_answer_; ///< of open_, when it is delivered
  std::set<std::uint64_t> tail_;                               ///< delivered here, the instance still lives
  std::uint64_t last_ticket_ = 0;
};

} // namespace troupe::brb
