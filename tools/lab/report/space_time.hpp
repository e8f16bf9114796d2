// SPDX-License-Identifier: BSD-3-Clause
// The space-time (Lamport) diagram: a column per node, time downwards, an arrow per message. Pure.
#pragma once

#include "tools/lab/report/markup.hpp"
#include "tools/lab/report/space_time_window.hpp"

namespace troupe::lab {

/// With its legend, what was left out, and the same as a list. Says so when there is nothing to show.
void draw_space_time(markup& to, const run_record& run);

} // namespace troupe::lab
