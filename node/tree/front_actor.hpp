// SPDX-License-Identifier: BSD-3-Clause
// The node's own actor: requests on behalf of callers outside the actor system are sent from here, and their answers arrive here.
// It also knows how each `connect` went: a session came up, a dial found nobody, or time ran out.
#pragma once

#include "actors/peer/peer_interface.hpp"
#include "actors/runtime/shell/spawn.hpp"
#include "node/tree/address_table.hpp"

#include <functional>

namespace troupe {

constexpr std::size_t front_connects_max = 256; ///< callers that wait for a session at once

struct front_job;
struct front_connect;
using front_handle = handle<takes<front_job>, takes<front_connect>, takes<peer::joined>, takes<peer::identified>,
                            takes<peer::left>, takes<peer::trouble>>;

/// Runs inside the actor.
struct front_job {
  std::function<void(front_handle::pointer)> run;
};
/// Connects; `done` hears nothing or why there is no session, once, at the latest after `limit`.
struct front_connect {
  multiaddr to;
  duration limit;
  std::function<void(expected<void, explained>)> done;
};

template <>
inline constexpr std::string_view signal_name<front_job> = "node.front_job";
template <>
inline constexpr std::string_view signal_name<front_connect> = "node.front_connect";

/// `changed` is called after the peers may have changed; may be null.
front_handle spawn_front(caf::actor_system& system, node_context context, peer::peers_handle peers,
                         std::shared_ptr<address_table> addresses, std::function<void()> changed);

} // namespace troupe
