// SPDX-License-Identifier: BSD-3-Clause
// A liar on troupe's own lanes: the production peers below, a role above. What it does is nobody's promise,
// so it has no disk and no memory to compare.
#include "actors/datatype/orswot.hpp"
#include "actors/peer/lane_sink_interface.hpp"
#include "tools/lab/cluster/peers_life.hpp"
#include "tools/lab/cluster/signing_of.hpp"
#include "tools/lab/role/role_actor.hpp"

namespace troupe::lab {
namespace {

class role_life final : public peers_life {
public:
  role_life(life_options with, role_kind which)
    : peers_life(std::move(with)), front_(address<role_handle>("role-address")) {
    start(lanes(), [&](const peer::peers_handle& peers) {
      return make_child({"role"}, front_, [peers, which, how = role_options_of()](auto& on, const auto& as) {
        return spawn_role(on, as, peers, which, how);
      });
    });
  }

  void execute(const command& what, answered done) override {
    const auto ahead = data_.look_ahead(options().nodes->id(options().self));
    if (auto made = ahead->prepare({what.action, {std::to_string(what.value)}})) {
      data_.apply(options().nodes->id(options().self), *made);
      post(front_, role_command{std::move(*made)});
    }
    done(no_answer);
  }
  void install(std::uint64_t, const std::set<node_index>&) override {}
  std::shared_ptr<node_status> ask() override { return std::make_shared<node_status>(); }
  node_memory memory() const override { return {}; }
  node_backlog backlog() const override { return {}; }

private:
  role_options role_options_of() const {
    role_options how;
    how.self = options().nodes->id(options().self);
    how.network = lab_network_id;
    how.keys = signing_of(options());
    for (const auto voter : options().voters)
      how.voters.insert(options().nodes->id(voter));
    for (node_index i = 0; i < options().nodes->size(); ++i)
      if (i != options().self)
        how.others.push_back(options().nodes->id(i));
    how.rng = options().context.rng.split("role");
    how.consent = [nodes = options().nodes, how = options().signatures](const peer_id& joiner,
                                                                        byte_view message) {
      return signing_as(nodes->key(*nodes->find(joiner)), how).sign(message);
    };
    how.elsewhere = how.consent; // every key of the run is known, and these are of no use here
    return how;
  }

  peer::peers_options lanes() const {
    auto how = peers_options();
    peer::lane_spec broadcast;
    broadcast.protocol = brb::protocol_id;
    broadcast.frame_max = 2 * brb::page_bytes_max;
    broadcast.sink =
      peer::deliver_to<flat<wire::BrbSend>, flat<wire::BrbFragment>, flat<wire::BrbEcho>,
                       flat<wire::BrbCertificate>, flat<wire::BrbDelivered>, flat<wire::AntiEntropyRequest>,
                       flat<wire::AntiEntropyPage>, flat<wire::BrbCheckpointVote>, flat<wire::BrbCheckpoint>,
                       flat<wire::CheckpointStateRequest>, flat<wire::CheckpointStatePage>,
                       flat<wire::BrbEvidence>, flat<wire::BrbLockQuery>, flat<wire::BrbLocks>>(front_);
    mount(how, std::move(broadcast));
    peer::lane_spec voting;
    voting.protocol = membership::protocol_id;
    voting.sink = peer::deliver_to<flat<wire::MembershipVote>>(front_);
    mount(how, std::move(voting));
    how.memory->subscribers = {peer::subscriber{front_}};
    return how;
  }

  orswot::replica data_;
  role_handle front_;
};

} // namespace

expected<std::unique_ptr<node_life>, explained> start_role(life_options options, role_kind which) {
  options.crashable = false; // a liar does not fall for another one's trick
  return std::make_unique<role_life>(std::move(options), which);
}

} // namespace troupe::lab
