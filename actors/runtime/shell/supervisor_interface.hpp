// SPDX-License-Identifier: BSD-3-Clause
// The typed handle of a supervisor that is an actor of its own. Aliases only.
#pragma once

#include "actors/runtime/shell/supervisor.hpp"

namespace troupe {

/// Request: starts a child at run time. Answers the actor, or already_running, overloaded, stopping,
/// restarting.
struct start_child {
  child what;
};
/// One-way: stops a child and forgets it; an unknown key is logged.
struct stop_child {
  std::string key;
};

template <>
inline constexpr std::string_view signal_name<start_child> = "runtime.start_child";
template <>
inline constexpr std::string_view signal_name<stop_child> = "runtime.stop_child";

using supervisor_handle = handle<answers<caf::strong_actor_ptr, start_child>, takes<stop_child>>;

/// Starts the children in order. As a child of another supervisor it is permanent, and escalates to it by
/// ending with an error.
supervisor_handle spawn_supervisor(caf::actor_system& system, node_context context,
                                   supervision_options options, std::vector<child> children,
                                   supervisor_hooks hooks = {});

using supervisor_messages = message_list<proxy_target, start_child, stop_child>;

} // namespace troupe
