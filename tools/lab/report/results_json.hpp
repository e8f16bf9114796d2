// SPDX-License-Identifier: BSD-3-Clause
// A run as one JSON object: what `--json` prints and results.json holds, and back. Pure.
// The fields are described in docs/protocols/lab-results.md.
#pragma once

#include "messages/types/expected.hpp"
#include "tools/lab/report/run_figures.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace troupe::lab {

constexpr std::uint64_t results_format = 1; ///< of results.json; grows when a reader must change
constexpr std::size_t listed_faults_max = 1000;

std::string_view mode_name(run_mode mode);      ///< "sim" or "local"
std::string_view verdict_name(verdict outcome); ///< "passed", "failed" or "partial"
/// For a person: "failed as expected", "passed: the failure this scenario expects needs another seed", else
/// as verdict_name.
std::string_view verdict_text(const run_record& run);

/// Without the scenario's text. `results_dir` may be empty: the run was not kept.
boost::json::object results_object(const run_record& run, const run_figures& figures,
                                   std::string_view results_dir);

/// What is left of a run in its result folder.
struct stored_results {
  run_record run; ///< without operations and windows
  operation_counts operations;
  run_figures figures;
};
/// Errors: one line that says which field is missing or wrong, or that the format is another one.
expected<stored_results, explained> results_from(const boost::json::value& value);

} // namespace troupe::lab
