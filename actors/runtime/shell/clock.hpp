// SPDX-License-Identifier: BSD-3-Clause
// The node clock that follows an actor system's own: steady time in production, virtual time under the test
// scheduler, so the timers of shells and the time machines see can never drift apart.
#pragma once

#include "actors/runtime/node_context.hpp"

#include <caf/actor_system.hpp>

#include <memory>

namespace troupe {

/// Wall time is the system's.
std::shared_ptr<const node_clock> make_system_clock(caf::actor_system& system);

/// Wall time starts at `wall_start_ms` (milliseconds since 1970) and follows virtual time, of which zero is
/// the clock's value now.
std::shared_ptr<const node_clock> make_virtual_clock(caf::actor_system& system, std::uint64_t wall_start_ms);

} // namespace troupe
