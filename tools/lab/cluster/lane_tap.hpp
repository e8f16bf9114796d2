// SPDX-License-Identifier: BSD-3-Clause
// Listens on the lanes of a node: names and counts the frames that reach it, and tells whose word for what it
// was given. Runs inside the peer actor, in front of the lane's own sink.
#pragma once

#include "actors/peer/peer_signals.hpp"
#include "tools/lab/cluster/node_life.hpp"

namespace troupe::lab {

/// The name of a troupe frame by its type, "brb.echo"; "?" if unknown.
std::string_view frame_name(std::uint16_t type);

/// For node_parts::mounted_as.
std::function<peer::lane_spec(peer::lane_spec)> tapped(const life_options& options);

} // namespace troupe::lab
