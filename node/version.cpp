// SPDX-License-Identifier: BSD-3-Clause
#include "node/version.hpp"

#include "revision.hpp"

namespace troupe {

const char* agent_version() {
  return "troupe/0.1.0";
}

const char* source_revision() {
  return TROUPE_REVISION;
}

} // namespace troupe
