// SPDX-License-Identifier: BSD-3-Clause
// Scenario files for tests: a sound head and what a case adds to it.
#pragma once

#include "tools/lab/scenario/scenario_loader.hpp"

#include <string>
#include <vector>

namespace troupe::lab {

/// Five lines; what is appended begins in line 6. Root keys first, sections after.
inline std::string with_head(const std::string& more) {
  return "format = 1\n"
         "name = \"case\"\n"
         "checks = [\"all\"]\n"
         "nodes = 5\n"
         "load = \"10s\"\n" +
         more;
}

/// What is wrong with it, without the file's name.
inline std::vector<std::string> errors_of(const std::string& text) {
  const auto read = parse_scenario(text, "f");
  std::vector<std::string> all;
  if (!read)
    for (const auto& each : read.error())
      all.push_back(each.text.substr(2));
  return all;
}

} // namespace troupe::lab
