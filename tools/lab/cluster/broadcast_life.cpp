// SPDX-License-Identifier: BSD-3-Clause
// A node under another algorithm: the production peers below, one actor with the algorithm's machine above.
// It keeps nothing on its disk, as the originals do not: a restart begins with nothing.
#include "actors/peer/lane_sink_interface.hpp"
#include "actors/peer/peers_actor.hpp"
#include "actors/runtime/shell/proxy.hpp"
#include "actors/runtime/shell/supervisor_interface.hpp"
#include "messages/types/assert.hpp"
#include "tools/lab/algorithm/broadcast_actor.hpp"
#include "tools/lab/algorithm/wrapped_liars.hpp"
#include "tools/lab/cluster/lane_tap.hpp"
#include "tools/lab/cluster/node_life.hpp"
#include "tools/lab/cluster/signing_of.hpp"

#include <caf/abstract_actor.hpp>
#include <caf/actor_cast.hpp>

#include <atomic>

namespace troupe::lab {
namespace {

/// There are no votes here to forge, and packets name no group: both lies are to vouch for what one should
/// not.
std::optional<lie> lie_of(role_kind role) {
  switch (role) {
  case role_kind::equivocate:
  case role_kind::outlive_locks: // nobody locks anything here that could outlive a change of the group
    return lie::equivocate;
  case role_kind::withhold_certificate:
    return lie::withhold;
  case role_kind::forge_votes:
  case role_kind::replay:
    return lie::double_echo;
  case role_kind::outsider_echoes:
    return lie::outsider;
  case role_kind::mute:
    return lie::mute;
  case role_kind::anti_entropy_flood:
  case role_kind::slow_drip:
  case role_kind::crashing_input:
    return std::nullopt; // an honest machine, and something around it
  }
  TROUPE_ASSERT(false); // every role is above
  return std::nullopt;
}

std::unique_ptr<broadcast> machine(algorithm which, std::optional<role_kind> role, broadcast_options with) {
  const auto how = role ? lie_of(*role) : std::nullopt;
  if (which == algorithm::original)
    return how ? make_original_liar(std::move(with), *how) : make_original(std::move(with));
  return how ? make_bracha_liar(std::move(with), *how) : make_bracha(std::move(with));
}

std::unique_ptr<broadcast> made(algorithm which, std::optional<role_kind> role,
                                const broadcast_options& with) {
  auto inner = machine(which, role, with);
  if (role == role_kind::anti_entropy_flood)
    return make_flooding(std::move(inner), with);
  if (role == role_kind::slow_drip)
    return make_dripping(std::move(inner), with);
  return inner;
}

class broadcast_life final : public node_life {
public:
  broadcast_life(life_options options, algorithm which, std::optional<role_kind> lies)
    : options_(std::move(options)), crashes_others_(lies == role_kind::crashing_input) {
    if (lies)
      options_.crashable = false; // a liar does not fall for another one's trick
    auto& system = options_.at->system();
    const auto& context = options_.context;
    const auto peers = spawn_proxy<peer::peers_handle>(system, context.named("peers-address"));
    const auto front = spawn_proxy<broadcast_handle>(system, context.named("broadcast-address"));
    front_ = front;
    options_.tell->saw({options_.at->now(), options_.self, started{}});
    std::vector<child> children;
    children.push_back(make_child({"peers"}, peers, [how = peers_options(front)](auto& on, const auto& as) {
      return peer::spawn_peers(on, as, how);
    }));
    children.push_back(
      make_child({"broadcast"}, front, [=, how = actor_options(which, lies)](auto& on, const auto& as) {
        return spawn_broadcast(on, as, peers, how);
      }));
    root_ = spawn_supervisor(system, context, {}, std::move(children), {});
    caf::actor_cast<caf::abstract_actor*>(root_)->attach_functor([ended = ended_] { *ended = true; });
    options_.port.network->start(*options_.port.bridge);
    for (const auto other : options_.contacts)
      post(peers, peer::connect{{options_.nodes->address(other).with_peer(options_.nodes->id(other))}});
  }

  void execute(const command& what, answered done) override {
    const auto line = (crashes_others_ ? std::string{crashing_payload} + " " : "") + text(what);
    post(front_, broadcast_command{bytes{line.begin(), line.end()}, what.answered == answer_kind::delivered,
                                   [at = options_.at, done = std::move(done)](const std::string& error) {
                                     at->hand_over([done, error] { done(error); });
                                   }});
  }
  void join(node_index, answered) override {}
  void leave(node_index, answered) override {}
  void install(std::uint64_t generation, const std::set<node_index>& members) override {
    post(front_, install_voters{{generation, ids(members)}});
  }
  std::shared_ptr<node_status> ask() override {
    auto found = std::make_shared<node_status>();
    const auto now = ledger_->read();
    found->generation = now.group.generation;
    for (const auto& who : now.group.members)
      if (const auto which = options_.nodes->find(who))
        found->members[now.group.generation].insert(*which);
    found->value = std::to_string(now.delivered.size()) + " operations";
    return found;
  }
  node_memory memory() const override {
    const auto now = ledger_->read();
    node_memory all;
    for (const auto& [where, what] : now.delivered)
      if (const auto source = options_.nodes->find(where.first))
        all.delivered.emplace(slot{*source, where.second}, what);
    all.pending = now.counts.pending + now.counts.unconfirmed;
    return all;
  }
  node_backlog backlog() const override {
    const auto counts = ledger_->read().counts;
    return {{}, counts.pending + counts.unconfirmed};
  }
  std::vector<std::uint64_t> roots() const override { return {caf::actor_cast<caf::actor_addr>(root_).id()}; }
  caf::actor_addr store() const override { return {}; }
  void stop() override { ask_to_stop(root_); }
  bool ended() const override { return *ended_; }
  void kill() override { caf::anon_send_exit(root_, caf::exit_reason::kill); }

private:
  std::set<peer_id> ids(const std::set<node_index>& of) const {
    std::set<peer_id> all;
    for (const auto which : of)
      all.insert(options_.nodes->id(which));
    return all;
  }

  peer::peers_options peers_options(const broadcast_handle& front) const {
    peer::peers_options how;
    how.network = options_.port.network;
    how.bridge = options_.port.bridge;
    how.unit = options_.port.unit;
    how.network_id = lab_network_id;
    how.introduce = false;
    peer::lane_spec lane;
    lane.protocol = broadcast_protocol;
    lane.mode = peer::delivery::ephemeral; // the original loses packets, and so does what it is compared with
    lane.sink = peer::deliver_to<flat<wire::LabPacket>>(front);
    how.memory->lanes.push_back(std::make_shared<const peer::lane_spec>(tapped(options_)(std::move(lane))));
    return how;
  }

  broadcast_actor_options actor_options(algorithm which, std::optional<role_kind> lies) const {
    broadcast_actor_options how;
    how.make = [=](const broadcast_options& with) { return made(which, lies, with); };
    how.start = {options_.nodes->id(options_.self), signing_of(options_), {0, ids(options_.voters)}};
    how.ledger = ledger_;
    how.saw = [self = options_.self, at = options_.at, nodes = options_.nodes,
               tell = options_.tell](const auto& effect) {
      if (const auto* echo = std::get_if<broadcast::echo>(&effect))
        if (const auto source = nodes->find(echo->source))
          tell->saw({at->now(), self, locked{{*source, echo->sequence}, echo->what}});
      if (const auto* done = std::get_if<broadcast::deliver>(&effect))
        if (const auto source = nodes->find(done->source))
          tell->saw({at->now(), self,
                     delivered{{*source, done->sequence},
                               sha256(done->payload),
                               std::string{as_text(done->payload)}}});
    };
    return how;
  }

  life_options options_;
  bool crashes_others_;
  std::shared_ptr<broadcast_ledger> ledger_ = std::make_shared<broadcast_ledger>();
  std::shared_ptr<std::atomic<bool>> ended_ = std::make_shared<std::atomic<bool>>(false);
  broadcast_handle front_;
  supervisor_handle root_;
};

} // namespace

expected<std::unique_ptr<node_life>, explained> start_broadcast(life_options options, algorithm which,
                                                                std::optional<role_kind> lies) {
  return std::make_unique<broadcast_life>(std::move(options), which, lies);
}

} // namespace troupe::lab
