// SPDX-License-Identifier: BSD-3-Clause
// The broadcast front: it routes frames to one receiver per source and one instance per operation of ours,
// looks after both, and runs the machines that exist once per node (operations, anti_entropy). It decides
// nothing of the protocol.
#pragma once

#include "actors/brb/receiver_actor.hpp"

namespace troupe::brb {

struct brb_links {
  membership::membership_handle membership;
  datatype::datatype_handle data;
  peer::peers_handle peers; ///< may be null in tests
  ticket_desk desk;
  store::orders_handle store; ///< the desk's, for who writes records
  peer::subscriber address;   ///< its own lasting one; null: it hears of peers that come from now on only
};

/// Starts with what `options.memory` holds; the data type is told to start anew from the same.
brb_handle spawn_brb(caf::actor_system& system, node_context context, agreement_options options,
                     brb_links links);

} // namespace troupe::brb
