// SPDX-License-Identifier: BSD-3-Clause
// What the subcommands of `troupe lab` take, and where they are run. Each prints on standard output,
// complains on standard error, and answers the exit code: 0 every check passed, 1 one did not, 2 usage, 3
// partial.
#pragma once

#include "tools/lab/scenario/scenario.hpp"

#include <optional>
#include <string>
#include <vector>

namespace troupe::lab {

struct run_command {
  std::string file;
  std::string mode = "sim";
  std::uint64_t seed = 1;
  std::string out = "results";
  bool json = false;
  bool paranoid = false;
  bool log = false; ///< the nodes' logs on standard error
};
int run(const run_command& options);

/// The scenario of a file, or nothing once every error has been told.
std::optional<scenario> loaded_scenario(const std::string& file);

} // namespace troupe::lab
