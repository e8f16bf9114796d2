// SPDX-License-Identifier: BSD-3-Clause
// A stable address: an actor that passes every message on to the current incarnation of a supervised child,
// so that handles survive restarts. Messages sent before the child was started the first time wait for it, at
// most 256. Later, while the child is down, requests are answered `restarting` at once and one-way messages
// are dropped and counted; senders that must not lose resend. It lives as long as somebody holds its handle.
// A message costs a lock: whoever sends it puts it into the child's mailbox.
#pragma once

#include "actors/runtime/shell/spawn.hpp"

#include <caf/actor.hpp>
#include <caf/actor_cast.hpp>

#include <atomic>
#include <memory>

namespace troupe {

/// From the supervisor: who stands behind the address now; null while nobody does.
struct proxy_target {
  caf::strong_actor_ptr target;
};

template <>
inline constexpr std::string_view signal_name<proxy_target> = "runtime.proxy_target";

/// One-way messages dropped because the child was down; shared with the metrics.
using drop_counter = std::shared_ptr<std::atomic<std::uint64_t>>;

caf::actor spawn_untyped_proxy(caf::actor_system& system, node_context context, drop_counter dropped);

/// The typed address of a child of that interface; its supervisor gets it with make_child.
template <class Handle>
Handle spawn_proxy(caf::actor_system& system, node_context context, drop_counter dropped = {}) {
  return caf::actor_cast<Handle>(spawn_untyped_proxy(system, std::move(context), std::move(dropped)));
}

} // namespace troupe
