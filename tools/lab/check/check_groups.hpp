// SPDX-License-Identifier: BSD-3-Clause
// The words by which scenario files ask for checks: their names, and names of groups.
#pragma once

#include "tools/lab/check/check_names.hpp"

#include <span>
#include <vector>

namespace troupe::lab {

/// All names of checks, then "safety" (those in groups but liveness) and "all" (those in groups).
std::span<const std::string_view> check_words();
/// The checks a word asks for, in the order of check_names; none if it is unknown.
std::vector<std::string_view> checks_meant(std::string_view word);

} // namespace troupe::lab
