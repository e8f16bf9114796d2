// SPDX-License-Identifier: BSD-3-Clause
// The agreement subtree: membership, data type, broadcast, started in this order and rest_for_one, as each
// tells the next what it knows when it starts. The node makes it one child of its own and mounts the two
// lanes.
#pragma once

#include "actors/brb/brb_actor.hpp"
#include "actors/datatype/datatype_interface.hpp"
#include "actors/membership/membership_interface.hpp"
#include "actors/runtime/shell/supervisor_interface.hpp"
#include "actors/store/store_interface.hpp"

namespace troupe::brb {

/// Stable addresses: they survive restarts of what stands behind them.
struct agreement_handles {
  membership::membership_handle membership;
  datatype::datatype_handle data;
  brb_handle front; ///< also a peer::subscriber
};

struct agreement_links {
  peer::peers_handle peers;
  ticket_desk desk;
  store::orders_handle store; ///< the desk's, for who writes records
};

/// The addresses alone, to be given to spawn_agreement and to whoever sends to them.
agreement_handles make_agreement_addresses(caf::actor_system& system, const node_context& context);

/// The lanes "/troupe/brb/2" and "/troupe/membership/1", to be mounted on the peers actor.
std::vector<peer::lane_spec> agreement_lanes(const agreement_handles& at);

/// The subtree's supervisor; blamed peers are reported to `links.peers`.
supervisor_handle spawn_agreement(caf::actor_system& system, node_context context, agreement_options options,
                                  agreement_links links, agreement_handles at);

} // namespace troupe::brb
