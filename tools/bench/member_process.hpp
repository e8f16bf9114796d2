// SPDX-License-Identifier: BSD-3-Clause
// One process of `troupe bench brb`: one member of a group, or all of them, on one actor system. It does what
// the parent says line by line.
#pragma once

#include "tools/bench/group_member.hpp"

namespace troupe::bench {

/// Reads commands from `in` and answers on `out` until `in` ends or it is told to `stop`. The first line it
/// writes is the addresses of its members, one per entry of `members`, with blanks between them.
/// `addresses A...` (of the whole group) -> `ready`; `load RATE SECONDS` -> one line of JSON, an array with
/// an object per member; RATE: operations per second of each; 0 = as many as go. `fill COUNT` -> the same.
/// About the first member, if it is troupe's: `read` -> its value, `reach VALUE`, `connect ADDRESS`,
/// `propose ADDRESS`.
void serve_members(const std::vector<member_options>& members, int in, int out);

} // namespace troupe::bench
