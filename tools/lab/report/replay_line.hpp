// SPDX-License-Identifier: BSD-3-Clause
// The one line that repeats a run. Pure.
#pragma once

#include "tools/lab/run/run_record.hpp"

namespace troupe::lab {

/// "troupe lab replay FILE --seed 7  # (rev abc1234)", quoted for a shell where it must be and with the
/// revision as its comment. A run in local mode does not repeat exactly: for it the line runs the scenario
/// again.
std::string replay_line(const run_record& run);

} // namespace troupe::lab
