// SPDX-License-Identifier: BSD-3-Clause
// Load on members of a group that live in this process, and what was measured under it.
#pragma once

#include "tools/bench/member_figures.hpp"

#include <memory>
#include <vector>

namespace troupe::bench {

using members_here = std::vector<std::unique_ptr<group_member>>;

/// `rate`: own operations per second of each member, at random moments; 0 = as many as go. One entry a member.
std::vector<member_figures> measure(const members_here& members, double rate, double measured_s);

/// Full load until every member has delivered so many operations since it was started.
std::vector<member_figures> fill(const members_here& members, std::uint64_t count);

} // namespace troupe::bench
