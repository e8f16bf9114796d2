// SPDX-License-Identifier: BSD-3-Clause
// The brain of a supervisor: which child to start, stop or kill, and when. Pure;
// actors/runtime/shell/supervisor.hpp carries it out.
//
// Children are started in order and stopped in reverse: one at a time, those added at run time (which come
// last) all at once. A child asked to stop has its stop_within, then it is killed. A crash that a peer's
// input caused is blamed on that peer and restarted at once; every other restart counts against the intensity
// and waits its backoff.
#pragma once

#include "actors/runtime/child_spec.hpp"
#include "actors/runtime/machine.hpp"
#include "actors/runtime/runtime_errc.hpp"
#include "messages/types/expected.hpp"

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace troupe {

class supervision {
public:
  // Effects. A generation counts the starts of one supervisor; an exit of another generation than the running
  // one is stale.
  struct start_child {
    std::string key;
    generation which;
  };
  struct ask_child_to_stop {
    std::string key;
  };
  struct kill_child {
    std::string key;
  };
  /// The child is gone for good: its start function and address may be dropped.
  struct forget_child {
    std::string key;
  };
  struct report_down {
    std::string key;
    child_exit how;
    bool comes_back;
  };
  struct blame {
    peer_id peer;
    std::string key;
    std::string why;
  };
  /// Every child is down and the supervisor ends: because it was told to, or because `escalated`.
  struct finished {
    bool escalated;
  };
  using effect = std::variant<start_child, ask_child_to_stop, kill_child, forget_child, report_down, blame,
                              finished, arm, cancel, note>;

  supervision(supervision_options options, std::vector<child_spec> children, random_stream rng);

  void start(time_point now);
  /// The child of that generation ended, or could not be started.
  void ended(const std::string& key, generation which, const child_exit& how, time_point now);
  /// Adds a child at run time and starts it. Errors: already_running, overloaded, stopping.
  expected<void, runtime_errc> add(child_spec spec, time_point now);
  /// Stops a child and forgets it. Errors: unknown_child.
  expected<void, runtime_errc> remove(const std::string& key, time_point now);
  /// Stops all children in reverse order, then `finished`.
  void stop(time_point now);
  void expire(timer_id timer, time_point now);
  std::optional<effect> poll() { return out_.poll(); }

  struct state {
    std::size_t children;
    std::size_t running;
    std::size_t restarts_counted;
    bool stopping;
  };
  state snapshot() const;

private:
  enum class phase : std::uint8_t { idle, running, asked, killed, waiting };
  struct child {
    child_spec spec;
    backoff wait;
    bool dynamic = false;
    bool removing = false;
    phase at = phase::idle;
    generation which{};
    time_point started{};
  };
  using order = std::uint64_t; // place in the start order; also the child's timer id
  using children_by_order = std::map<order, child>;

  void launch(order place, child& one, time_point now);
  void failed(order place, child& one, const child_exit& how, time_point now);
  void restart_alone(order place, child& one, duration wait, time_point now);
  void restart_group(order from, duration wait, time_point now);
  void proceed(time_point now);
  bool stop_last(order from);
  void ask(order place, child& one);
  void wind_down(time_point now);
  void forget(const std::string& key);
  bool up(const child& one) const {
    return one.at == phase::running || one.at == phase::asked || one.at == phase::killed;
  }

  supervision_options options_;
  random_stream rng_;
  restart_window window_;
  children_by_order children_;
  std::map<std::string, order> places_;
  order next_place_ = 1;
  generation last_{};
  std::optional<order> group_from_; // children from here on are being stopped, to be started again together
  bool group_waits_ = false;
  std::size_t asked_ = 0; // children asked to stop or killed that are not down yet
  bool stopping_ = false;
  bool escalated_ = false;
  bool finished_ = false;
  effect_queue<effect> out_;
};

} // namespace troupe
