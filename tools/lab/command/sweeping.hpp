// SPDX-License-Identifier: BSD-3-Clause
// What the commands that sweep share: scenarios by file, seeds by text, Ctrl-C and the progress line.
#pragma once

#include "tools/lab/sweep/sweep.hpp"

#include <string>
#include <vector>

namespace troupe::lab {

/// Nothing once every error has been told; `command` is who complains, e.g. "lab sweep".
std::optional<sweep_plan> planned(const std::vector<std::string>& files, const std::string& seeds,
                                  std::string_view command);

/// In simulation, without what a report needs. `played`: as sweep_hooks has it; may be null.
sweep_outcome swept(const sweep_plan& plan,
                    std::function<void(std::uint64_t, const run_record&)> played = {});

} // namespace troupe::lab
