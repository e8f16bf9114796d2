// SPDX-License-Identifier: BSD-3-Clause
// Where a run takes place: the actor system, the networks and the time that its nodes have in common. Two of
// them: virtual (sim_venue) and real loopback sockets (local_venue). Everything above is the same for both.
#pragma once

#include "actors/peer/network_bridge.hpp"
#include "actors/runtime/node_context.hpp"
#include "actors/runtime/shell/io_unit.hpp"
#include "messages/crypto/keys.hpp"
#include "tools/lab/run/observation.hpp"

#include <caf/fwd.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace troupe::transport {
class sim_world;
}

namespace troupe::lab {

/// One life's connection to the network.
struct network_port {
  std::shared_ptr<transport::network> network;
  std::shared_ptr<peer::network_bridge> bridge;
  std::shared_ptr<io_unit> unit; ///< null in simulation
  multiaddr address;             ///< where it listens
};

class venue {
public:
  virtual ~venue() = default;

  virtual caf::actor_system& system() = 0;
  virtual std::shared_ptr<const node_clock> clock() const = 0;
  /// Since the start of the run.
  virtual duration now() const = 0;
  /// Lets time pass, and with it everything happen.
  virtual void pass(duration span) = 0;
  /// Runs `task` on the thread that calls pass(): at once if that is the caller's.
  virtual void hand_over(std::function<void()> task) = 0;
  /// Listens for the node; every life gets a port of its own, at the same address.
  virtual expected<network_port, explained> open(node_index who, const key_pair& key) = 0;
  /// Runs what is ready now; in real time, waits for what was told to end.
  virtual void settle() = 0;
  /// Ends the network of a life whose actors are gone, without a goodbye in simulation.
  virtual void close(network_port& port) = 0;
  /// Waits until what was told to end has ended; how many actors of the system are left over.
  virtual std::size_t finish() = 0;
  /// The simulated network, or null.
  virtual transport::sim_world* world() = 0;
  /// How much has happened: resumptions of actors and events of the network; 0 if nobody counts.
  virtual std::uint64_t events() const = 0;
};

} // namespace troupe::lab
