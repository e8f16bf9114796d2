// SPDX-License-Identifier: BSD-3-Clause
// The folder of one run: history.jsonl, report.html and results.json, which is written last, so that a folder
// that has it has the others. The trace is the simulation's to write (tools/lab/trace).
#pragma once

#include "tools/lab/report/results_json.hpp"

#include <filesystem>

namespace troupe::lab {

constexpr std::uintmax_t results_bytes_max = 64u << 20u; ///< of a results.json that is read

/// Makes the folder and those above it. Errors: what could not be written and why.
expected<void, explained> write_results(const run_record& run, const std::filesystem::path& folder);

/// Errors: no folder, no results.json, damaged, or of another format; each names the path.
expected<stored_results, explained> read_results(const std::filesystem::path& folder);

} // namespace troupe::lab
