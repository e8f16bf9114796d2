// SPDX-License-Identifier: BSD-3-Clause
// What /metrics and `peers` show, out of what the subsystems know.
#pragma once

#include "actors/brb/promises.hpp"
#include "actors/membership/view.hpp"
#include "node/node.hpp"
#include "transport/tcp/tcp_options.hpp"

namespace troupe {

std::vector<metric> metrics_of(const transport::tcp_counters& network, const std::vector<peer_status>& peers,
                               const brb::agreement_memory& agreement);

/// Every known peer and every voter, this node included, by key.
std::vector<peer_status> peer_lines(const peer::peer_list& known, const membership::view& view, const node& of);

} // namespace troupe
