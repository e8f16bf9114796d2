// SPDX-License-Identifier: BSD-3-Clause
// The ways in which a scenario can be made smaller, each as a list of scenarios to try, the boldest first.
// They need not be sound: whoever tries them reads them through the format's own rules. Pure.
#pragma once

#include "tools/lab/scenario/scenario.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::lab {

struct smaller_scenario {
  scenario what;
  std::string change; ///< for a person: "faults 2 to 3 removed"
};

using shrink_pass = std::function<std::vector<smaller_scenario>(const scenario&)>;

/// In the order in which they are worth trying. `failed`: the check whose failure is to be kept.
std::vector<shrink_pass> shrink_passes(std::string failed);

/// The scenario without this node: later ones move up by one, and what was about this one alone goes.
scenario without_node(scenario what, node_index gone);

} // namespace troupe::lab
