// SPDX-License-Identifier: BSD-3-Clause
// A node under another algorithm: the production peers below, one actor with the algorithm's machine above.
// It keeps nothing on its disk, as the originals do not: a restart begins with nothing.
#include "actors/peer/lane_sink_interface.hpp"
#include "messages/types/assert.hpp"
#include "tools/lab/algorithm/broadcast_actor.hpp"
#include "tools/lab/algorithm/wrapped_liars.hpp"
#include "tools/lab/cluster/peers_life.hpp"
#include "tools/lab/cluster/signing_of.hpp"

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
  case role_kind::other_network:
    return lie::other_network;
  case role_kind::anti_entropy_flood:
  case role_kind::slow_drip:
  case role_kind::crashing_input:
  case role_kind::spoil_fragments: // nobody sends any here
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

/// A liar does not fall for another one's trick.
life_options unless_lying(life_options options, bool lies) {
  options.crashable = options.crashable && !lies;
  return options;
}

class broadcast_life final : public peers_life {
public:
  broadcast_life(life_options with, algorithm which, std::optional<role_kind> lies)
    : peers_life(unless_lying(std::move(with), lies.has_value())),
      crashes_others_(lies == role_kind::crashing_input),
      front_(address<broadcast_handle>("broadcast-address")) {
    auto how = peers_options();
    peer::lane_spec lane;
    lane.protocol = broadcast_protocol;
    lane.mode = peer::delivery::ephemeral; // the original loses packets, and so does what it is compared with
    lane.sink = peer::deliver_to<flat<wire::LabPacket>>(front_);
    mount(how, std::move(lane));
    start(std::move(how), [&](const peer::peers_handle& peers) {
      return make_child({"broadcast"}, front_,
                        [peers, how = actor_options(which, lies)](auto& on, const auto& as) {
                          return spawn_broadcast(on, as, peers, how);
                        });
    });
  }

  void execute(const command& what, answered done) override {
    const auto line = (crashes_others_ ? std::string{crashing_payload} + " " : "") + text(what);
    post(front_, broadcast_command{bytes{line.begin(), line.end()}, what.answered == answer_kind::delivered,
                                   [at = options().at, done = std::move(done)](const std::string& error) {
                                     at->hand_over([done, error] { done(error); });
                                   }});
  }
  void install(std::uint64_t generation, const std::set<node_index>& members) override {
    post(front_, install_voters{{generation, ids(members)}});
  }
  std::shared_ptr<node_status> ask() override {
    auto found = std::make_shared<node_status>();
    const auto now = ledger_->read();
    found->generation = now.group.generation;
    for (const auto& who : now.group.members)
      if (const auto which = options().nodes->find(who))
        found->members[now.group.generation].insert(*which);
    found->value = std::to_string(now.delivered.size()) + " operations";
    return found;
  }
  node_memory memory() const override {
    const auto now = ledger_->read();
    node_memory all;
    for (const auto& [where, what] : now.delivered)
      if (const auto source = options().nodes->find(where.first))
        all.delivered.emplace(slot{*source, where.second}, what);
    all.pending = now.counts.pending + now.counts.unconfirmed;
    return all;
  }
  node_backlog backlog() const override {
    const auto counts = ledger_->read().counts;
    return {{}, counts.pending + counts.unconfirmed};
  }
  std::size_t kept() const override { return ledger_->read().counts.kept; }
  std::uint64_t dials() const override { return peers_life::dials() + ledger_->read().counts.handshakes; }

private:
  std::set<peer_id> ids(const std::set<node_index>& of) const {
    std::set<peer_id> all;
    for (const auto which : of)
      all.insert(options().nodes->id(which));
    return all;
  }

  broadcast_actor_options actor_options(algorithm which, std::optional<role_kind> lies) const {
    broadcast_actor_options how;
    how.make = [=](const broadcast_options& with) { return made(which, lies, with); };
    how.start = {options().nodes->id(options().self), signing_of(options()), {0, ids(options().voters)}};
    how.start.elsewhere = [nodes = options().nodes, with = options().signatures](const peer_id& signer,
                                                                                byte_view message) {
      return signing_as(nodes->key(*nodes->find(signer)), with).sign(message);
    };
    how.ledger = ledger_;
    how.saw = [self = options().self, at = options().at, nodes = options().nodes,
               tell = options().tell](const auto& effect) {
      if (const auto* echo = std::get_if<broadcast::echo>(&effect))
        if (const auto source = nodes->find(echo->source))
          tell->saw({at->now(), self, locked{{*source, echo->sequence}, echo->what}});
      if (const auto* done = std::get_if<broadcast::deliver>(&effect))
        if (const auto source = nodes->find(done->source))
          tell->saw({at->now(), self,
                     delivered{{*source, done->sequence},
                               sha256(done->payload),
                               {std::string{as_text(done->payload)}}}});
    };
    return how;
  }

  bool crashes_others_;
  std::shared_ptr<broadcast_ledger> ledger_ = std::make_shared<broadcast_ledger>();
  broadcast_handle front_;
};

} // namespace

expected<std::unique_ptr<node_life>, explained> start_broadcast(life_options options, algorithm which,
                                                                std::optional<role_kind> lies) {
  return std::make_unique<broadcast_life>(std::move(options), which, lies);
}

} // namespace troupe::lab
