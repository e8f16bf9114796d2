// SPDX-License-Identifier: BSD-3-Clause
// history.jsonl: one line per operation, in the order in which they were invoked, for checkers and notebooks
// of others. The fields are described in docs/protocols/lab-results.md. Pure.
#pragma once

#include "tools/lab/run/run_record.hpp"

namespace troupe::lab {

std::string_view result_name(operation_record::result outcome); ///< "ok", "failed" or "unknown"
std::string history_lines(const run_record& run);

} // namespace troupe::lab
