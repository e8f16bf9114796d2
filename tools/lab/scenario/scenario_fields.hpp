// SPDX-License-Identifier: BSD-3-Clause
// The keys of a scenario file in the order of its canonical text, with their ranges and the rules between
// them. docs/lab/scenario.md says the same in words.
#pragma once

#include "tools/lab/scenario/scenario_form.hpp"

namespace troupe::lab {

constexpr std::uint32_t nodes_max = 10'000;
constexpr std::uint32_t voters_max = 64; ///< at the start and joining, together
constexpr std::size_t workloads_max = 16;
constexpr std::size_t roles_max = 1'000;

void describe(form& on, scenario& value);
void describe_workload(form& on, workload_spec& value, const scenario& in, node_index nodes);

} // namespace troupe::lab
