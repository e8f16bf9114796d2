// SPDX-License-Identifier: BSD-3-Clause
// A liar on troupe's own lanes: the production peers below, a role above. What it does is nobody's promise,
// so it has no disk and no memory to compare.
#include "actors/datatype/orswot.hpp"
#include "actors/peer/lane_sink_interface.hpp"
#include "actors/peer/peers_actor.hpp"
#include "actors/runtime/shell/proxy.hpp"
#include "actors/runtime/shell/supervisor_interface.hpp"
#include "tools/lab/cluster/lane_tap.hpp"
#include "tools/lab/cluster/signing_of.hpp"
#include "tools/lab/role/role_actor.hpp"

#include <caf/abstract_actor.hpp>
#include <caf/actor_cast.hpp>

#include <atomic>

namespace troupe::lab {
namespace {

class role_life final : public node_life {
public:
  role_life(life_options options, role_kind which)
    : options_(std::move(options)), data_(options_.nodes->id(options_.self)) {
    auto& system = options_.at->system();
    const auto& context = options_.context;
    const auto peers = spawn_proxy<peer::peers_handle>(system, context.named("peers-address"));
    const auto front = spawn_proxy<role_handle>(system, context.named("role-address"));
    front_ = front;
    options_.tell->saw({options_.at->now(), options_.self, started{}});
    std::vector<child> children;
    children.push_back(make_child({"peers"}, peers, [how = peers_options(front)](auto& on, const auto& as) {
      return peer::spawn_peers(on, as, how);
    }));
    children.push_back(make_child({"role"}, front, [=, how = role_options_of()](auto& on, const auto& as) {
      return spawn_role(on, as, peers, which, how);
    }));
    root_ = spawn_supervisor(system, context, {}, std::move(children), {});
    caf::actor_cast<caf::abstract_actor*>(root_)->attach_functor([ended = ended_] { *ended = true; });
    options_.port.network->start(*options_.port.bridge);
    for (const auto other : options_.contacts)
      post(peers, peer::connect{{options_.nodes->address(other).with_peer(options_.nodes->id(other))}});
  }

  void execute(const command& what, answered done) override {
    if (auto made = data_.prepare(what.action, what.value, {})) {
      data_.apply(options_.nodes->id(options_.self), *made);
      post(front_, role_command{std::move(*made)});
    }
    done(no_answer);
  }
  void join(node_index, answered) override {}
  void leave(node_index, answered) override {}
  void install(std::uint64_t, const std::set<node_index>&) override {}
  std::shared_ptr<node_status> ask() override { return std::make_shared<node_status>(); }
  node_memory memory() const override { return {}; }
  node_backlog backlog() const override { return {}; }
  std::vector<std::uint64_t> roots() const override { return {caf::actor_cast<caf::actor_addr>(root_).id()}; }
  caf::actor_addr store() const override { return {}; }
  void stop() override { ask_to_stop(root_); }
  bool ended() const override { return *ended_; }
  void kill() override { caf::anon_send_exit(root_, caf::exit_reason::kill); }

private:
  role_options role_options_of() const {
    role_options how;
    how.self = options_.nodes->id(options_.self);
    how.network = lab_network_id;
    how.keys = signing_of(options_);
    for (const auto voter : options_.voters)
      how.voters.insert(options_.nodes->id(voter));
    for (node_index i = 0; i < options_.nodes->size(); ++i)
      if (i != options_.self)
        how.others.push_back(options_.nodes->id(i));
    how.rng = options_.context.rng.split("role");
    return how;
  }

  peer::peers_options peers_options(const role_handle& front) const {
    peer::peers_options how;
    how.network = options_.port.network;
    how.bridge = options_.port.bridge;
    how.unit = options_.port.unit;
    how.network_id = lab_network_id;
    how.introduce = false;
    const auto mount = [&](const char* protocol, auto sink) {
      peer::lane_spec lane;
      lane.protocol = protocol;
      lane.frame_max = 2 * brb::page_bytes_max;
      lane.sink = std::move(sink);
      how.memory->lanes.push_back(std::make_shared<const peer::lane_spec>(tapped(options_)(std::move(lane))));
    };
    mount(
      brb::protocol_id,
      peer::deliver_to<flat<wire::BrbSend>, flat<wire::BrbEcho>, flat<wire::BrbCertificate>,
                       flat<wire::BrbDelivered>, flat<wire::AntiEntropyRequest>, flat<wire::AntiEntropyPage>>(
        front));
    mount(membership::protocol_id, peer::deliver_to<flat<wire::MembershipVote>>(front));
    how.memory->subscribers = {peer::subscriber{front}};
    return how;
  }

  life_options options_;
  orswot::replica data_;
  std::shared_ptr<std::atomic<bool>> ended_ = std::make_shared<std::atomic<bool>>(false);
  role_handle front_;
  supervisor_handle root_;
};

} // namespace

expected<std::unique_ptr<node_life>, explained> start_role(life_options options, role_kind which) {
  options.crashable = false; // a liar does not fall for another one's trick
  return std::make_unique<role_life>(std::move(options), which);
}

} // namespace troupe::lab
