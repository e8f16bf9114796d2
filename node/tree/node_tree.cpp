// SPDX-License-Identifier: BSD-3-Clause
#include "node/tree/node_tree.hpp"

#include "actors/peer/peer_records.hpp"
#include "actors/peer/session_errc.hpp"

#include <caf/abstract_actor.hpp>

#include <future>

namespace troupe {
namespace {

constexpr std::chrono::seconds ready_limit{5};
constexpr std::chrono::milliseconds ask_again{1};

} // namespace

node_handles start_tree(caf::actor_system& system, node_parts parts) {
  const auto& context = parts.context;
  const auto store = spawn_proxy<store::orders_handle>(system, context.named("store-address"));
  const auto peers = spawn_proxy<peer::peers_handle>(system, context.named("peers-address"));
  const auto agreement = brb::make_agreement_addresses(system, context);
  const ticket_desk desk{store, crypto::open_desk(system, context, parts.crypto)};

  // Mounted before anything starts: a message to an address nobody stands behind yet would be lost.
  auto& memory = *parts.peers.memory;
  for (auto& lane : brb::agreement_lanes(agreement))
    memory.lanes.push_back(std::make_shared<const peer::lane_spec>(
      parts.mounted_as ? parts.mounted_as(std::move(lane)) : std::move(lane)));
  const auto front =
    spawn_front(system, context.named("front"), peers, parts.addresses, parts.agreement.changed);
  memory.subscribers = {agreement.front, front};
  memory.watchers = {front};

  if (parts.remember_peers)
    parts.peers.remember = [store](const std::vector<known_peer>& known) {
      post(store, store::record_order{{peer::record_of(known)}, true});
    };
  parts.agreement.restarted = [counted = parts.restarts] { ++counted->agreement; };

  // Started in this order and stopped in reverse; what fails takes everything below it along, as each relies
  // on those above it.
  std::vector<child> children;
  children.push_back(make_child({"store"}, store, parts.start_store));
  for (auto& worker : crypto::workers(desk.crypto, parts.key, parts.crypto))
    children.push_back(std::move(worker));
  children.push_back(make_child({"peers"}, peers, [options = parts.peers](auto& on, const auto& as) {
    return peer::spawn_peers(on, as, options);
  }));
  children.push_back(make_child({"agreement"}, [=, options = parts.agreement](auto& on, const auto& as) {
    return brb::spawn_agreement(on, as, options, {peers, desk, store}, agreement);
  }));

  supervision_options options;
  options.plan = strategy::rest_for_one;
  supervisor_hooks hooks;
  hooks.blame = [peers](const peer_id& who, const std::string& why) {
    post(peers, peer::misbehaved{who, "crash: " + why, peer::crash_cost, true});
  };
  hooks.down = [counted = parts.restarts](const child_down& down) {
    if (down.comes_back)
      ++counted->node;
  };
  return {spawn_supervisor(system, context, options, std::move(children), std::move(hooks)), peers, agreement,
          front};
}

namespace {

/// Addresses answer `restarting` until somebody stands behind them.
void ask_until_answered(front_handle::pointer self, const brb::brb_handle& last,
                        std::shared_ptr<std::promise<void>> up) {
  request(self, last, ready_limit, brb::get_dump{})
    .then([up](const brb::dump_text&) { up->set_value(); },
          [=](const caf::error&) {
            send_after(self, front_handle{self}, ask_again,
                       front_job{[=](front_handle::pointer again) { ask_until_answered(again, last, up); }});
          });
}

} // namespace

bool await_tree(const node_handles& tree, duration within) {
  auto up = std::make_shared<std::promise<void>>();
  auto waiting = up->get_future();
  post(tree.front, front_job{[=, last = tree.agreement.front](front_handle::pointer self) {
         ask_until_answered(self, last, up);
       }});
  return waiting.wait_for(within) == std::future_status::ready;
}

bool stop_tree(const node_handles& tree, duration within) {
  auto ended = std::make_shared<std::promise<void>>();
  auto waiting = ended->get_future();
  caf::actor_cast<caf::abstract_actor*>(tree.root)->attach_functor([ended] { ended->set_value(); });
  ask_to_stop(tree.front);
  ask_to_stop(tree.root);
  return waiting.wait_for(within) == std::future_status::ready;
}

} // namespace troupe
