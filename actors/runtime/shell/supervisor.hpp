// SPDX-License-Identifier: BSD-3-Clause
// Carries out a supervision inside an actor: it spawns, watches, asks to stop and kills. Watching is by
// monitor, never by link, so that a child's death is a message; in the other direction the actor owns a list
// of what to kill, which works even when it is killed itself. Used by supervisor_actor, and by actors that
// look after children of their own (peers, brb), which forward timer_fired to wake().
#pragma once

#include "actors/runtime/shell/proxy.hpp"
#include "actors/runtime/shell/spawn.hpp"
#include "actors/runtime/supervision.hpp"
#include "actors/runtime/timer_table.hpp"

#include <caf/scheduled_actor.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe {

/// A child: its rules, and how to start it. `address`, if set, is the proxy under which the rest of the node
/// knows it.
struct child {
  child_spec spec;
  /// Starts it, with its own context, through spawn(). Called again for each restart: what must survive is
  /// captured.
  std::function<caf::strong_actor_ptr(caf::actor_system&, const node_context&)> start;
  caf::actor address;
};

/// A child with a stable address: `address` comes from spawn_proxy<Handle>. Handle may be null: then it is
/// addressed by nobody.
template <class Handle, class Start>
child make_child(child_spec spec, const Handle& address, Start start) {
  auto begin = [start](caf::actor_system& system, const node_context& context) {
    const Handle started =
      start(system, context); // the start function must give an actor of the address's interface
    return caf::actor_cast<caf::strong_actor_ptr>(started);
  };
  return {std::move(spec), std::move(begin), caf::actor_cast<caf::actor>(address)};
}

/// A child that is not addressed through a proxy.
template <class Start>
child make_child(child_spec spec, Start start) {
  auto begin = [start](caf::actor_system& system, const node_context& context) {
    return caf::actor_cast<caf::strong_actor_ptr>(start(system, context));
  };
  return {std::move(spec), std::move(begin), {}};
}

struct supervisor_hooks {
  /// A peer's input crashed a child: score and disconnect the peer.
  std::function<void(const peer_id& peer, const std::string& why)> blame;
  std::function<void(const child_down&)> down;
};

class supervisor {
public:
  /// Takes over the actor's down and exit handlers: told to exit, it first stops its children in reverse
  /// order.
  supervisor(caf::scheduled_actor* self, node_context context, supervision_options options,
             std::vector<child> children, supervisor_hooks hooks = {});
  supervisor(const supervisor&) = delete;
  supervisor& operator=(const supervisor&) = delete;

  void start();
  /// Starts a child at run time; the actor, or why not.
  expected<caf::strong_actor_ptr, runtime_errc> add(child what);
  expected<void, runtime_errc> remove(const std::string& key);
  void wake(const timer_fired& fired);

  /// The running child, or null.
  caf::strong_actor_ptr find(const std::string& key) const;
  supervision::state snapshot() const { return brain_.snapshot(); }

private:
  struct runner {
    child what;
    caf::strong_actor_ptr actor;
    generation which{};
  };
  // Outlives the actor's state: the last thing an ending actor runs is a functor that owns it.
  struct kill_list;

  void drain();
  void call_me();
  void child_ended(const caf::actor_addr& who, const caf::error& reason);
  void forget_actor(runner& one);
  void serve(const supervision::start_child& order);
  void serve(const supervision::ask_child_to_stop& order);
  void serve(const supervision::kill_child& order);
  void serve(const supervision::forget_child& order);
  void serve(const supervision::report_down& event);
  void serve(const supervision::blame& event);
  void serve(const supervision::finished& end);
  void serve(const arm& timer);
  void serve(const cancel& timer);
  void serve(const note& line);

  caf::scheduled_actor* self_;
  node_context context_;
  supervision brain_;
  supervisor_hooks hooks_;
  timer_table timers_;
  std::unordered_map<std::string, runner> runners_; // looked up, never iterated
  std::map<caf::actor_addr, std::string> by_address_;
  std::shared_ptr<kill_list> kills_;
  caf::error exit_;
  bool draining_ = false;
};

} // namespace troupe
