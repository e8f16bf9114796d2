// SPDX-License-Identifier: BSD-3-Clause
// The production store for simulated nodes, behind the time that a disk takes: an order reaches it a moment
// after it was sent, so that an actor or a node that crashes in between loses the order, and what waits for
// it has not left yet.
#pragma once

#include "actors/store/store_actor.hpp"

namespace troupe::test {

/// The store ends with the actor in front of it, and the other way round.
store::orders_handle spawn_slow_store(caf::actor_system& system, node_context context,
                                      std::shared_ptr<store::promise_log> log,
                                      std::shared_ptr<store::record_store> records);

} // namespace troupe::test
