// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/run/observation.hpp"

namespace troupe::lab {

std::string text(const slot& which) {
  return node_name(which.source) + "." + std::to_string(which.sequence);
}

} // namespace troupe::lab
