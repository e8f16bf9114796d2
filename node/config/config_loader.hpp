// SPDX-License-Identifier: BSD-3-Clause
// Puts a node's configuration together: defaults, then the TOML file, then TROUPE_* variables, then flags, remembering for each
// setting where its value came from. Every problem is one line that says where, what and what to do.
#pragma once

#include "node/config/settings.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace troupe {

struct loaded_config {
  node_config config;
  std::map<std::string, std::string> origins; ///< key -> "default", "file.toml:3", "TROUPE_NODE_LOG", "--log"
};

struct config_sources {
  std::string file;                                        ///< path; empty = none
  std::vector<std::pair<std::string, std::string>> variables; ///< the environment's TROUPE_* entries
  std::vector<std::pair<std::string, setting_value>> flags;   ///< key and value; the origin is "--" and the last part
};

/// All problems found, not only the first.
expected<loaded_config, std::vector<explained>> load_config(const config_sources& from);

/// The TROUPE_* entries of the process environment.
std::vector<std::pair<std::string, std::string>> environment_variables();

} // namespace troupe
