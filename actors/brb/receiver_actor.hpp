// SPDX-License-Identifier: BSD-3-Clause
// The actors below the broadcast front: one receiver per (group, source), one instance per operation of ours
// in flight.
#pragma once

#include "actors/brb/agreement_options.hpp"
#include "actors/brb/brb_interface.hpp"
#include "actors/runtime/shell/spawn.hpp"
#include "actors/store/store_interface.hpp"

namespace troupe::brb {

/// What the children of the front talk to.
struct child_links {
  agreement_options options;
  front_handle front;
  peer::peers_handle peers; ///< may be null in tests
  datatype::datatype_handle data;
  ticket_desk desk;
  store::orders_handle store; ///< the desk's, for who writes records
  describe_function describe = nullptr;
};

receiver_handle spawn_receiver(caf::actor_system& system, node_context context, child_links links,
                               const peer_id& source, std::shared_ptr<source_memory> memory, view_ptr now);

instance_handle spawn_instance(caf::actor_system& system, node_context context, child_links links,
                               operations::start_instance what, view_ptr now);

/// The frame of a packet for a peer.
peer::send_frames framed(const peer_id& to, const packet& what, std::vector<std::string> labels = {});
/// Score points for what a peer did wrong; 0 for what happens among honest peers.
std::uint32_t cost_of(brb_errc code);

} // namespace troupe::brb
