// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/agreement_actor.hpp"

#include "actors/peer/lane_sink_interface.hpp"

namespace troupe::brb {

agreement_handles make_agreement_addresses(caf::actor_system& system, const node_context& context) {
  return {spawn_proxy<membership::membership_handle>(system, context.named("membership-address")),
          spawn_proxy<datatype::datatype_handle>(system, context.named("datatype-address")),
          spawn_proxy<brb_handle>(system, context.named("brb-address"))};
}

std::vector<peer::lane_spec> agreement_lanes(const agreement_handles& at) {
  peer::lane_spec broadcast;
  broadcast.protocol = protocol_id;
  broadcast.frame_max = 2 * page_bytes_max; // a page of anti-entropy is the longest
  broadcast.sink =
    peer::deliver_to<flat<wire::BrbSend>, flat<wire::BrbFragment>, flat<wire::BrbEcho>,
                     flat<wire::BrbCertificate>, flat<wire::BrbDelivered>, flat<wire::AntiEntropyRequest>,
                     flat<wire::AntiEntropyPage>, flat<wire::BrbCheckpointVote>, flat<wire::BrbCheckpoint>,
                     flat<wire::CheckpointStateRequest>, flat<wire::CheckpointStatePage>,
                     flat<wire::BrbEvidence>, flat<wire::BrbLockQuery>, flat<wire::BrbLocks>>(at.front);
  peer::lane_spec voting;
  voting.protocol = membership::protocol_id;
  voting.sink =
    peer::deliver_to<flat<wire::MembershipVote>, flat<wire::ConsentRequest>, flat<wire::ConsentAnswer>>(
      at.membership);
  return {std::move(broadcast), std::move(voting)};
}

supervisor_handle spawn_agreement(caf::actor_system& system, node_context context, agreement_options options,
                                  agreement_links links, agreement_handles at) {
  supervision_options rules;
  rules.plan = strategy::rest_for_one;
  supervisor_hooks hooks;
  hooks.blame = [peers = links.peers](const peer_id& peer, const std::string& why) {
    post(peers, peer::misbehaved{peer, why, crash_cost, true});
  };
  hooks.down = [restarted = options.restarted](const child_down& down) {
    if (down.comes_back && restarted)
      restarted();
  };
  std::vector<child> children;
  children.push_back(
    make_child(child_spec{"membership"}, at.membership,
               [options, links](caf::actor_system& on, const node_context& named) {
                 return membership::spawn_membership(on, named, options, {links.peers, links.desk});
               }));
  children.push_back(
    make_child(child_spec{"datatype"}, at.data, [options](caf::actor_system& on, const node_context& named) {
      return datatype::spawn_data_type(on, named, options.type, options.self, options.changed);
    }));
  children.push_back(make_child(
    child_spec{"brb"}, at.front, [options, links, at](caf::actor_system& on, const node_context& named) {
      return spawn_brb(on, named, options,
                       {at.membership, at.data, links.peers, links.desk, links.store, at.front});
    }));
  return spawn_supervisor(system, std::move(context), rules, std::move(children), hooks);
}

} // namespace troupe::brb
