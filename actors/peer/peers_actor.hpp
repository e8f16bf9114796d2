// SPDX-License-Identifier: BSD-3-Clause
// The peers actor: supervisor and address of one peer_actor per peer, peer book, mounted protocols,
// subscribers. What must survive its own restart lies in peers_memory, which its owner holds.
#pragma once

#include "actors/peer/network_bridge.hpp"
#include "actors/peer/peer_book.hpp"
#include "actors/peer/peer_counters.hpp"
#include "actors/peer/peer_interface.hpp"
#include "actors/peer/remembered_peers.hpp"
#include "actors/peer/retained_budget.hpp"
#include "actors/runtime/shell/io_unit.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>

namespace troupe::peer {

/// Outlives the peers actor; touched only by it.
struct peers_memory {
  std::vector<std::shared_ptr<const lane_spec>> lanes; ///< mounted, in order; at most 32
  std::vector<subscriber> subscribers;
  std::vector<trouble_watcher> watchers;                 ///< at most subscribers_max
  std::map<peer_id, std::vector<multiaddr>> kept;   ///< connect()ed peers
  std::vector<std::vector<multiaddr>> kept_unknown; ///< connect()ed addresses whose peer is not known yet
  std::set<peer_id> present;                        ///< whom subscribers believe to be there
  peer_book book;
  remembered_peers remembered; ///< of these the few that outlive the process
  bytes group_id; ///< of the settled voting group, 32 bytes; empty before
  std::uint64_t lives = 0; ///< of peer actors, for their incarnations
};

struct peers_options {
  std::shared_ptr<transport::network> network;
  std::shared_ptr<network_bridge> bridge; ///< the observer that `network` was started with
  std::shared_ptr<io_unit> unit;          ///< null in simulation
  std::string network_id = "troupe";      ///< at most 64 bytes; only peers of the same name have sessions
  std::uint64_t features = 0;
  std::uint16_t version_max = 1; ///< of the session protocol, as in session_options
  bool introduce = true; ///< tell peers of each other, and dial whom they tell of
  /// Keeps those that are to be found again after a restart. Null: none are.
  std::function<void(const std::vector<known_peer>&)> remember = nullptr;
  std::size_t peers_max = 1024; ///< peer actors alive at once; a link of one more is closed
  std::size_t dials_max = 64;   ///< dials under way at once; more wait their turn
  std::shared_ptr<retained_budget> retained = std::make_shared<retained_budget>(); ///< of all sessions
  std::shared_ptr<peer_counters> counters = std::make_shared<peer_counters>();
  std::shared_ptr<peers_memory> memory = std::make_shared<peers_memory>();
};

constexpr std::size_t subscribers_max = 64;
constexpr std::size_t pending_streams_max = 256; ///< open_stream requests that wait for a dial

/// The child a node's tree starts; its address is a proxy of peers_handle.
peers_handle spawn_peers(caf::actor_system& system, node_context context, peers_options options);

} // namespace troupe::peer
