// SPDX-License-Identifier: BSD-3-Clause
// The typed handles of the peers subsystem. Aliases only.
#pragma once

#include "actors/peer/peer_signals.hpp"
#include "actors/runtime/shell/typed.hpp"

namespace troupe::peer {

/// Hears of peers.
using subscriber = handle<takes<joined>, takes<identified>, takes<left>>;

struct subscribe {
  subscriber who;
};
/// Request: the peer book with the state of each connection, ordered by peer id.
struct list_peers {};
using peer_list = std::vector<peer_entry>;

/// Node-wide: the supervisor of the peer actors and their address.
using peers_handle = handle<takes<send_frames>, takes<lane_spec>, takes<subscribe>, takes<connect>,
                            takes<disconnect>, takes<misbehaved>, answers<peer_list, list_peers>>;

} // namespace troupe::peer
