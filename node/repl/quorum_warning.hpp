// SPDX-License-Identifier: BSD-3-Clause
// Whether a change of the voters leaves fewer of them reachable than a quorum, and the words for it. Pure; used by the
// session before trust, untrust, join and leave.
#pragma once

#include "node/admin/admin_routes.hpp"

#include <optional>
#include <string>
#include <vector>

namespace troupe::repl {

/// One line if there is a quorum now and would be none after `who` (base58) becomes a voter or stops being one;
/// this node and those in session with it count as reachable. `step` is the command as typed.
std::optional<std::string> quorum_warning(const std::vector<peer_status>& peers, const std::string& who, bool comes,
                                          const std::string& step);

} // namespace troupe::repl
