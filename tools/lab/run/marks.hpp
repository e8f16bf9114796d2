// SPDX-License-Identifier: BSD-3-Clause
// The rare branches a run can hit, by the names that run_record::marks holds: why packets are refused, and
// what befalls nodes in the laboratory. Derived from the tables of error names, so that none is forgotten.
#pragma once

#include "tools/lab/scenario/scenario.hpp"

#include <set>
#include <string_view>

namespace troupe::lab {

/// Of nodes that run this algorithm.
std::set<std::string_view> known_marks(algorithm of);

} // namespace troupe::lab
