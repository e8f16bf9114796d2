// SPDX-License-Identifier: BSD-3-Clause
// The one rule of agreement: a strict two-thirds majority. Source: spec: brb 2.2.
#pragma once

#include <cstddef>

namespace troupe::brb {

/// The least k with 3k > 2n.
constexpr std::size_t quorum(std::size_t members) {
  return 2 * members / 3 + 1;
}

/// Nobody has a quorum of an empty group.
constexpr bool is_quorum(std::size_t votes, std::size_t members) {
  return members > 0 && votes >= quorum(members);
}

} // namespace troupe::brb
