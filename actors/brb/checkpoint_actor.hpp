// SPDX-License-Identifier: BSD-3-Clause
// The two actors of checkpoints below the broadcast front: one that agrees on them, one that serves and
// fetches their states.
#pragma once

#include "actors/brb/receiver_actor.hpp"

namespace troupe::brb {

/// `delivered` since the last checkpoint, of each source in order.
checkpoints_handle spawn_checkpoints(caf::actor_system& system, node_context context, child_links links,
                                     std::vector<certificate_ptr> delivered, view_ptr now);
state_transfer_handle spawn_state_transfer(caf::actor_system& system, node_context context, child_links links,
                                           view_ptr now);

} // namespace troupe::brb
