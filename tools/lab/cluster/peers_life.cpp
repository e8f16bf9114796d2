// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/cluster/peers_life.hpp"

#include "tools/lab/cluster/lane_tap.hpp"

#include <caf/abstract_actor.hpp>
#include <caf/actor_cast.hpp>

namespace troupe::lab {

std::vector<std::uint64_t> peers_life::roots() const {
  return {caf::actor_cast<caf::actor_addr>(root_).id()};
}

void peers_life::stop() {
  ask_to_stop(root_);
}

void peers_life::kill() {
  caf::anon_send_exit(root_, caf::exit_reason::kill);
}

peer::peers_options peers_life::peers_options() const {
  peer::peers_options how;
  how.network = options_.port.network;
  how.bridge = options_.port.bridge;
  how.unit = options_.port.unit;
  how.network_id = lab_network_id;
  how.introduce = false;
  how.counters = counters_;
  how.version_max = static_cast<std::uint16_t>(how.version_max + (options_.newer ? 1 : 0));
  return how;
}

void peers_life::mount(peer::peers_options& on, peer::lane_spec lane) const {
  on.memory->lanes.push_back(std::make_shared<const peer::lane_spec>(tapped(options_)(std::move(lane))));
}

void peers_life::start(peer::peers_options how, std::function<child(const peer::peers_handle&)> above) {
  const auto peers = address<peer::peers_handle>("peers-address");
  options_.tell->saw({options_.at->now(), options_.self, started{}});
  std::vector<child> children;
  children.push_back(make_child({"peers"}, peers, [how = std::move(how)](auto& on, const auto& as) {
    return peer::spawn_peers(on, as, how);
  }));
  children.push_back(above(peers));
  root_ = spawn_supervisor(options_.at->system(), options_.context, {}, std::move(children), {});
  caf::actor_cast<caf::abstract_actor*>(root_)->attach_functor([ended = ended_] { *ended = true; });
  options_.port.network->start(*options_.port.bridge);
  for (const auto other : options_.contacts)
    post(peers, peer::connect{{options_.nodes->address(other).with_peer(options_.nodes->id(other))}});
}

} // namespace troupe::lab
