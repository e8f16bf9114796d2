// SPDX-License-Identifier: BSD-3-Clause
// The one rule of agreement: a strict two-thirds majority. Source: spec: brb 2.2.
#pragma once

#include <cstddef>

namespace troupe::brb {

/// The least k with 3k > 2n.
std::size_t quorum(std::size_t members);

/// Nobody has a quorum of an empty group.
bool is_quorum(std::size_t votes, std::size_t members);

} // namespace troupe::brb
