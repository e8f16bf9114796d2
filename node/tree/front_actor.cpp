// SPDX-License-Identifier: BSD-3-Clause
#include "node/tree/front_actor.hpp"

namespace troupe {
namespace {

struct front_state {};

front_handle::behavior_type front_actor(front_handle::stateful_pointer<front_state> self, node_context) {
  return {[self](const front_job& job) { job.run(self); }};
}

} // namespace

front_handle spawn_front(caf::actor_system& system, node_context context) {
  return spawn(system, std::move(context), front_actor);
}

} // namespace troupe
