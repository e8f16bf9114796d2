// SPDX-License-Identifier: BSD-3-Clause
// The keys of [[fault]]: which ones there are depends on its kind (rule_of).
#pragma once

#include "tools/lab/scenario/scenario_form.hpp"

namespace troupe::lab {

constexpr std::size_t faults_max = 1'000;

/// `load` is when the schedule ends, if that is known. Conditions of a new entry are the network's.
void describe_fault(form& on, fault_spec& value, node_index nodes, std::optional<duration> load);

} // namespace troupe::lab
