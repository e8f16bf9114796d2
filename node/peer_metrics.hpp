// SPDX-License-Identifier: BSD-3-Clause
// The part of /metrics that tells of sessions, dials, introductions, restarts and signatures.
#pragma once

#include "actors/peer/peer_counters.hpp"
#include "actors/peer/retained_budget.hpp"
#include "node/admin/metrics_text.hpp"
#include "node/tree/node_tree.hpp"

namespace troupe {

void add_peer_metrics(std::vector<metric>& to, const peer::peer_counters& peers,
                      const peer::retained_budget& retained, const restart_counters& restarts,
                      const signature_counters& signatures);

} // namespace troupe
