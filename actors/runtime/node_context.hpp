// SPDX-License-Identifier: BSD-3-Clause
// What every actor of a node is spawned with: its clock, its randomness, its log and its name. Nothing in a
// node reads time, draws a number or writes a line by another way, so the laboratory can skew, pause or kill
// one node, and many nodes can live in one process. A context is shared by the actors of one node; `named`
// derives one for a child.
#pragma once

#include "messages/types/random_stream.hpp"
#include "messages/types/time.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace troupe {

enum class log_level : std::uint8_t { trace, debug, info, warn, error, off };

/// Where lines go. Implementations are thread-safe, bounded, and collapse repeats to a count.
class log_sink {
public:
  virtual ~log_sink() = default;
  virtual bool wants(log_level level) const = 0;
  /// `actor` is the logical path, e.g. "n1/brb/i:877dca"; `line` is complete, without a newline.
  virtual void write(log_level level, std::string_view actor, time_point at, std::string_view line) = 0;
};

/// The node's clock. `now` is monotone. Wall time is for certificates and file names only.
class node_clock {
public:
  virtual ~node_clock() = default;
  virtual time_point now() const = 0;
  /// Milliseconds since 1970; virtual in simulation.
  virtual std::uint64_t wall_ms() const = 0;
};

/// Hears of every actor of a node as it is spawned, so that the laboratory knows whose an actor is.
class spawn_observer {
public:
  virtual ~spawn_observer() = default;
  /// `actor` is CAF's id of it, `name` its logical path.
  virtual void spawned(std::uint64_t actor, std::string_view name) = 0;
};

struct node_context {
  std::shared_ptr<const node_clock> clock;
  std::shared_ptr<log_sink> log;
  random_stream rng; ///< this actor's own; never shared
  std::string name;  ///< logical path
  std::shared_ptr<spawn_observer> spawns = nullptr; ///< null in production

  /// Writes one line in this actor's name, if the sink wants its level.
  void line(log_level level, std::string_view text) const {
    if (log && log->wants(level))
      log->write(level, name, clock->now(), text);
  }

  /// The context of a child actor: same clock and log, a generator split off by name, the name appended.
  node_context named(std::string_view child) const {
    return {clock, log, rng.split(child), name + "/" + std::string{child}, spawns};
  }
};

} // namespace troupe
