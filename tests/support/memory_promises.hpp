// SPDX-License-Identifier: BSD-3-Clause
// A promise store for simulated nodes: records stay in memory, committed in groups a moment after they were
// ordered, so that a node that crashes in between loses them and what waits for them has not left yet.
#pragma once

#include "actors/runtime/node_context.hpp"
#include "actors/runtime/shell/tickets.hpp"
#include "messages/types/bytes.hpp"

#include <memory>
#include <vector>

namespace troupe::test {

/// What a node's disk holds; outlives the node.
struct promise_records {
  std::vector<bytes> records; ///< committed, oldest first
};

persist_handle spawn_memory_promises(caf::actor_system& system, node_context context,
                                     std::shared_ptr<promise_records> disk);

} // namespace troupe::test
