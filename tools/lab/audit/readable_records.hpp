// SPDX-License-Identifier: BSD-3-Clause
// Goes through the records beside a promise log and says which cannot be read.
#pragma once

#include "tools/lab/audit/stored_node.hpp"

namespace troupe::lab {

/// How many there are, damaged ones too; adds a line for each of these.
std::uint64_t count_readable(const stored_node& of, std::vector<std::string>& violations);

} // namespace troupe::lab
