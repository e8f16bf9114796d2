// SPDX-License-Identifier: BSD-3-Clause
#include "tools/cli/commands.hpp"
#include "tools/lab/command/lab_commands.hpp"
#include "tools/lab/command/one_run.hpp"
#include "tools/lab/scenario/scenario_loader.hpp"

namespace troupe::lab {

std::optional<scenario> loaded_scenario(const std::string& file) {
  auto loaded = load_scenario(file);
  if (loaded)
    return std::move(*loaded);
  for (const auto& each : loaded.error())
    cli::complain(each.text);
  return std::nullopt;
}

int run(const run_command& options) {
  const auto what = loaded_scenario(options.file);
  if (!what)
    return cli::exit_usage;
  experiment_options how;
  how.seed = options.seed;
  how.mode = options.mode == "local" ? run_mode::local : run_mode::sim;
  how.paranoid = options.paranoid;
  how.print_log = options.log;
  return shown_result(played_alone(*what, std::move(how)), *what, {options.out, options.json});
}

} // namespace troupe::lab
