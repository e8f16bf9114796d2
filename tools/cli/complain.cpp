// SPDX-License-Identifier: BSD-3-Clause
#include "tools/cli/commands.hpp"

#include <iostream>

namespace troupe::cli {

void complain(const std::string& line) {
  std::cerr << "troupe: " << line << '\n';
}

} // namespace troupe::cli
