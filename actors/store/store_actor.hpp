// SPDX-License-Identifier: BSD-3-Clause
// The store: the one actor that may block. It appends promises to the log and answers them once they are
// synced, as many as waited in its mailbox with one sync, and keeps records beside it, in the order of the
// orders. In production it has a thread of its own (detached), in simulation it is an ordinary actor.
#pragma once

#include "actors/runtime/node_context.hpp"
#include "actors/store/promise_log.hpp"
#include "actors/store/store_interface.hpp"

#include <memory>
#include <string>

namespace troupe::store {

constexpr std::size_t group_max = 64; ///< records synced together

enum class placement : std::uint8_t { own_thread, pool };

struct store_options {
  /// Null: nothing can be promised, for the reason in `refusing`.
  std::shared_ptr<promise_journal> log;
  std::string refusing;
  placement where = placement::own_thread;
  std::shared_ptr<record_store> records; ///< null: orders of records are refused
};

store_handle spawn_store(caf::actor_system& system, node_context context, store_options options);

} // namespace troupe::store
