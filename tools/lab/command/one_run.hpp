// SPDX-License-Identifier: BSD-3-Clause
// One run as `lab run` and `lab replay` have it: played with a progress line, kept in a result folder, shown.
#pragma once

#include "tools/lab/run/experiment.hpp"

#include <filesystem>

namespace troupe::lab {

struct lone_run {
  run_record record;
  lab::trace trace;
};

/// Until it ends or Ctrl-C. Sets the revision, who is asked about interrupts, and who keeps the trace.
lone_run played_alone(const scenario& what, experiment_options how);

/// A new folder below `out` with the results, the trace, and the scenario as it was played, so that the
/// folder can be replayed by itself. Errors: what could not be written.
expected<std::filesystem::path, explained> keep_result(const lone_run& run, const scenario& what,
                                                       const std::string& out);

struct showing {
  std::string out; ///< where the result folder goes
  bool json = false;
};
/// Keeps the run and prints it; the exit code.
int shown_result(const lone_run& run, const scenario& what, const showing& how);

} // namespace troupe::lab
