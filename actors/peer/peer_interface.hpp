// SPDX-License-Identifier: BSD-3-Clause
// The typed handles of the peers subsystem. Aliases only.
#pragma once

#include "actors/peer/peer_signals.hpp"
#include "actors/runtime/shell/typed.hpp"

namespace troupe::peer {

/// Hears of peers.
using subscriber = handle<takes<joined>, takes<identified>, takes<left>>;

/// A subscriber first hears of the peers that are there already; one that has restarted subscribes again under
/// its old address.
struct subscribe {
  subscriber who;
};
/// Hears why peers cannot be reached, for as long as it lives.
using trouble_watcher = handle<takes<trouble>>;
struct watch_trouble {
  trouble_watcher who;
};
/// Request: the peer book with the state of each connection, ordered by peer id; with `only`, one line of it or none.
struct list_peers {
  std::optional<peer_id> only = {};
};
using peer_list = std::vector<peer_entry>;

/// Node-wide: the supervisor of the peer actors and their address.
using peers_handle = handle<takes<send_frames>, takes<lane_spec>, takes<mount_protocol>, takes<unmount>,
                            takes<subscribe>, takes<watch_trouble>, takes<connect>, takes<disconnect>, takes<misbehaved>,
                            takes<open_stream>, takes<set_group>, answers<peer_list, list_peers>>;

} // namespace troupe::peer

template <>
inline constexpr std::string_view troupe::signal_name<troupe::peer::subscribe> = "peer.subscribe";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::peer::watch_trouble> = "peer.watch_trouble";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::peer::list_peers> = "peer.list_peers";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::peer::peer_list> = "peer.peer_list";

namespace troupe::peer {

using messages =
  message_list<joined, identified, left, received, send_frames, lane_spec, unmount, mount_protocol,
               open_stream, connect, disconnect, misbehaved, set_group, subscribe, watch_trouble, trouble, list_peers, peer_list>;

} // namespace troupe::peer
