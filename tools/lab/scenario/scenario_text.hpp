// SPDX-License-Identifier: BSD-3-Clause
// A scenario as the file that describes it: what `lab shrink -o` writes and what a scenario is hashed by.
#pragma once

#include "tools/lab/scenario/scenario.hpp"

namespace troupe::lab {

/// Canonical and complete: every key that applies, in fixed order, defaults included. Parsing it gives an
/// equal scenario, if this one keeps the rules of the format.
std::string to_toml(const scenario& what);

/// Of the canonical text: any change of what a scenario says changes it.
std::uint64_t hash_of(const scenario& what);

} // namespace troupe::lab
