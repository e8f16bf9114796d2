// SPDX-License-Identifier: BSD-3-Clause
// The actor of the voting group: it translates between frames, commands and the machine, and publishes the
// view.
#pragma once

#include "actors/brb/agreement_options.hpp"
#include "actors/membership/membership_interface.hpp"
#include "actors/runtime/shell/spawn.hpp"

namespace troupe::membership {

struct membership_links {
  peer::peers_handle peers; ///< may be null in tests
  ticket_desk desk;
};

membership_handle spawn_membership(caf::actor_system& system, node_context context,
                                   brb::agreement_options options, membership_links links);

} // namespace troupe::membership
