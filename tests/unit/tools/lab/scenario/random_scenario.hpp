// SPDX-License-Identifier: BSD-3-Clause
// Scenarios of every shape that keep the rules of the format, drawn from a seed.
#pragma once

#include "tools/lab/scenario/scenario.hpp"

namespace troupe::lab {

scenario random_scenario(std::uint64_t seed);

} // namespace troupe::lab
