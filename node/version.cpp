// SPDX-License-Identifier: BSD-3-Clause
#include "node/version.hpp"

namespace troupe {

const char* agent_version() {
  return "troupe/0.1.0";
}

} // namespace troupe
