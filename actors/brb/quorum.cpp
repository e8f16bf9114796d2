// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/quorum.hpp"

namespace troupe::brb {

std::size_t quorum(std::size_t members) {
  return 2 * members / 3 + 1;
}

bool is_quorum(std::size_t votes, std::size_t members) {
  return members > 0 && votes >= quorum(members);
}

} // namespace troupe::brb
