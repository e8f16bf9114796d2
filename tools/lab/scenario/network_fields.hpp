// SPDX-License-Identifier: BSD-3-Clause
// The keys of [network] and [[network.link]]; slow-link faults have those of a link too.
#pragma once

#include "tools/lab/scenario/scenario_form.hpp"

namespace troupe::lab {

constexpr std::size_t links_max = 1'000;

void describe_conditions(form& on, transport::link_conditions& value);
/// Links have the network's conditions unless they say otherwise.
void describe_network(form& on, network_spec& value, node_index nodes);

} // namespace troupe::lab
