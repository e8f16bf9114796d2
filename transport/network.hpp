// SPDX-License-Identifier: BSD-3-Clause
// A node's view of the network: listen, dial, mount protocols, hear of links. Two implementations: tcp (Asio, TLS, yamux) and sim.
#pragma once

#include "messages/types/expected.hpp"
#include "messages/types/multiaddr.hpp"
#include "transport/link.hpp"
#include "transport/protocol.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::transport {

/// What identify tells about a peer. Fields a peer left out are empty. Source: spec/libp2p.md 1.7.
struct identity {
  std::string agent_version;
  std::string protocol_version;
  std::vector<std::string> protocols;
  std::vector<multiaddr> listen_addresses; ///< at most 32 kept; unknown ones dropped
  multiaddr observed_address;              ///< how the peer sees us
  bytes signed_record;                     ///< envelope of the same addresses, signature checked; may be empty
};

/// It is large: one copy for all who keep it or carry it.
using identity_ptr = std::shared_ptr<const identity>;

struct dial_request {
  dial_id id;                           ///< chosen by the caller, comes back in the outcome
  std::optional<peer_id> wanted;        ///< who must answer; nobody in particular if empty
  std::vector<multiaddr> addresses;     ///< tried in order, each with its own time limit
};

struct transport_error {
  transport_errc code;
  std::string detail; ///< what, why, what to do; one line
};

/// Hears what happens. All calls on the network's thread.
class network_observer {
public:
  virtual ~network_observer() = default;
  /// Authenticated and multiplexed. For a dialled link `dialled` names the request. Every link_up is followed by one link_down.
  virtual void link_up(const link_ptr& up, std::optional<dial_id> dialled) = 0;
  /// Identify finished, or a push changed what it said.
  virtual void link_identified(const link_ptr& on, const identity& told) = 0;
  virtual void link_down(const link_ptr& down, transport_errc why) = 0;
  virtual void dial_failed(dial_id id, const transport_error& why) = 0;
  /// Our own listen or observed addresses changed (already pushed to the peers).
  virtual void addresses_changed() {}
};

class network {
public:
  virtual ~network() = default;

  /// Starts delivering to `observer`, which must outlive stop(). Listening may come before or after.
  virtual void start(network_observer& observer) = 0;
  /// Binds one address; wildcard hosts and port 0 are allowed. Answers the bound address with the real port.
  virtual expected<multiaddr, transport_error> listen(const multiaddr& at) = 0;
  virtual void dial(dial_request request) = 0;
  virtual void mount(protocol what) = 0;
  /// Streams of it that are open stay open.
  virtual void unmount(const std::string& id) = 0;
  /// Closes all links and listeners; when it returns no handler or observer is called again.
  virtual void stop() = 0;

  virtual const peer_id& self() const = 0;
  /// Where we can be reached, wildcards expanded to the interfaces' addresses, without /p2p.
  virtual std::vector<multiaddr> listen_addresses() const = 0;
  virtual std::vector<std::string> protocols() const = 0;

  /// Runs `task` on the network's thread, after what is queued there.
  virtual void post(std::function<void()> task) = 0;
  /// `hook` runs on the network's thread at the end of every turn (a burst of reads, or a posted task): where actors woken by
  /// handlers get to run without a thread switch.
  virtual void at_turn_end(std::function<void()> hook) = 0;
};

} // namespace troupe::transport
