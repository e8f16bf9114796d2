// SPDX-License-Identifier: BSD-3-Clause
// The node's own actor: requests on behalf of callers outside the actor system are sent from here, and their answers arrive here.
#pragma once

#include "actors/runtime/shell/spawn.hpp"
#include "node/tree/node_tree.hpp"

#include <functional>

namespace troupe {

struct front_job;
using front_handle = handle<takes<front_job>>;

/// Runs inside the actor.
struct front_job {
  std::function<void(front_handle::pointer)> run;
};

template <>
inline constexpr std::string_view signal_name<front_job> = "node.front_job";

front_handle spawn_front(caf::actor_system& system, node_context context);

} // namespace troupe
