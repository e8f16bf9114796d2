// SPDX-License-Identifier: BSD-3-Clause
// The actor of one peer: its links, dials, session and lanes. A child of the peers actor; pinned to the
// network's thread, so that acknowledgements and forwarding cost no thread switch. A crash in it is charged
// to its peer.
#pragma once

#include "actors/peer/dialler.hpp"
#include "actors/peer/link_port.hpp"
#include "actors/peer/peer_counters.hpp"
#include "actors/peer/peer_signals.hpp"
#include "actors/peer/presence.hpp"
#include "actors/peer/session.hpp"
#include "actors/runtime/shell/io_unit.hpp"
#include "actors/runtime/shell/typed.hpp"

#include <variant>

namespace troupe::peer {

// From the peers actor to one of its peers.
struct take_link {
  transport::link_ptr link;
  std::shared_ptr<link_port> port;
  bool ends_dial; ///< it is the outcome of the dial that was asked for
};
struct dial_missed_for_peer {};
struct keep_peer {
  std::vector<multiaddr> addresses;
};
/// Stop redialling and close.
struct drop_peer {};
/// Close, and no dial before `until`.
struct ban_peer {
  time_point until;
};
struct mount_lane {
  std::shared_ptr<const lane_spec> spec;
};
struct peer_order {
  std::variant<take_link, dial_missed_for_peer, keep_peer, drop_peer, ban_peer, mount_lane, unmount,
               set_group>
    what;
};

// From a peer to the peers actor.
struct want_dial {
  std::vector<multiaddr> addresses;
};
struct complaint {
  session_errc what;
};
/// No link for a long time, and nobody wants it connected.
struct idle {};
struct peer_news {
  peer_id who;
  std::variant<presence::say_joined, presence::say_identified, presence::say_left, identity_came, want_dial,
               complaint, idle>
    what;
};

using peer_handle = handle<takes<link_event>, takes<peer_order>, takes<send_frames>>;
using peer_inside = with_timers<peer_handle>;
using news_taker = handle<takes<peer_news>>;

constexpr std::size_t held_control_max =
  16; ///< control frames that wait for the stream; what is more is said again later

struct peer_setup {
  peer_id self;
  session_options session; ///< with the remote's id and this life's incarnation
  std::vector<std::shared_ptr<const lane_spec>> lanes;
  std::optional<keep_peer> kept;
  std::optional<time_point> banned_until;
  news_taker news;
  std::shared_ptr<retained_budget> retained;
  std::shared_ptr<peer_counters> counters;
};

peer_handle spawn_peer(caf::actor_system& system, std::shared_ptr<io_unit> unit, node_context context,
                       peer_setup setup);

} // namespace troupe::peer

template <>
inline constexpr std::string_view troupe::signal_name<troupe::peer::peer_order> = "peer.peer_order";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::peer::peer_news> = "peer.peer_news";
