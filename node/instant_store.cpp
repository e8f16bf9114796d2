// SPDX-License-Identifier: BSD-3-Clause
#include "node/instant_store.hpp"
namespace troupe {
namespace {
struct st {};
persist_handle::behavior_type instant(persist_handle::stateful_pointer<st> self, node_context) {
  return {[self](const persist_order& o) { send(self, o.who, persisted{o.what.id, true}); }};
}
}
persist_handle spawn_instant_store(caf::actor_system& system, node_context context) { return spawn(system, std::move(context), instant); }
}
