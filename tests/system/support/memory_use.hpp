// SPDX-License-Identifier: BSD-3-Clause
// How much memory this process has resident, for tests that say "flat".
#pragma once

#include <cstddef>
#include <fstream>
#include <unistd.h>

namespace troupe::test {

/// Bytes; 0 if the system does not tell.
inline std::size_t resident_bytes() {
  std::ifstream statm{"/proc/self/statm"};
  std::size_t whole = 0;
  std::size_t resident = 0;
  statm >> whole >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

} // namespace troupe::test
