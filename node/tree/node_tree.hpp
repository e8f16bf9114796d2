// SPDX-License-Identifier: BSD-3-Clause
// The supervision tree of one node, as one list (node_tree.cpp). Production, simulation and tests start the
// same tree; only what is in node_parts differs: the network, the store, the clock and the randomness inside
// the context.
#pragma once

#include "actors/brb/agreement_actor.hpp"
#include "actors/crypto/crypto_interface.hpp"
#include "actors/peer/peers_actor.hpp"
#include "actors/runtime/shell/supervisor_interface.hpp"
#include "actors/store/store_interface.hpp"
#include "messages/crypto/keys.hpp"
#include "node/tree/front_actor.hpp"

#include <atomic>
#include <functional>
#include <memory>

namespace troupe {

/// How often the tree's supervisors have started a child again; for the metrics, readable from any thread.
struct restart_counters {
  std::atomic<std::uint64_t> node{0};
  std::atomic<std::uint64_t> agreement{0};
};

struct node_parts {
  node_context context;
  key_pair key;
  peer::peers_options peers; ///< network, its observer, and where actors of the network's thread run
  brb::agreement_options agreement;
  crypto::options crypto;
  /// Starts the store on the node's promise log; called again after a crash.
  std::function<store::orders_handle(caf::actor_system&, const node_context&)> start_store;
  std::shared_ptr<address_table> addresses; ///< kept up to date by the tree
  std::shared_ptr<restart_counters> restarts = std::make_shared<restart_counters>();
  bool remember_peers = false; ///< write down in the store whom to look for after a restart
  /// What a lane of the tree's own becomes before it is mounted; null = as it is. The laboratory listens
  /// here.
  std::function<peer::lane_spec(peer::lane_spec)> mounted_as = nullptr;
};

/// Addresses that survive restarts of what stands behind them.
struct node_handles {
  supervisor_handle root;
  peer::peers_handle peers;
  brb::agreement_handles agreement;
  front_handle front; ///< not a child: it holds what callers wait for, and outlives restarts of the tree
};

node_handles start_tree(caf::actor_system& system, node_parts parts);

/// Waits until the last child of the tree answers; false if it does not within `within`. From outside the
/// actor system only.
bool await_tree(const node_handles& tree, duration within);

/// Stops the children in reverse order and waits for the end of the tree; false if it did not end in time.
/// From outside the actor system only.
bool stop_tree(const node_handles& tree, duration within);

} // namespace troupe
