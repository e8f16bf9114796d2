// SPDX-License-Identifier: BSD-3-Clause
// Plays one scenario once: start, load with faults, mending, a quiet phase that must end well, the verdict.
// Everything that happens follows from scenario and seed in simulation; on local sockets the seed decides
// what is asked and what goes wrong, and the machine the rest.
#pragma once

#include "tools/lab/scenario/scenario.hpp"
#include "tools/lab/trace/trace_file.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace troupe::lab {

struct progress {
  std::string phase; ///< "load", "quiet", ...
  duration at{};
  duration of{};
  std::uint64_t messages = 0;
};

struct experiment_options {
  std::uint64_t seed = 1;
  run_mode mode = run_mode::sim;
  bool paranoid = false;                 ///< compare all nodes after every event instead of every 1,000
  bool for_report = true;                ///< keep what the report's diagrams are drawn from
  std::shared_ptr<trace_recorder> trace; ///< gets what happens, for the trace file; may be null
  bool print_log = false;                ///< the nodes' logs to standard error
  std::string revision;                  ///< of the program, for the record
  std::function<bool()> interrupted = [] {
    return false;
  };                                         ///< asked often; true ends the run, marked partial
  std::optional<duration> stop_at;           ///< ends it as an interrupt did that left `virtual_time` at this
  std::function<void(const progress&)> tell; ///< now and then; may be null
};

run_record play(const scenario& what, const experiment_options& how);

} // namespace troupe::lab
