// SPDX-License-Identifier: BSD-3-Clause
// Reads an experiment from its TOML file, or says everything that is wrong with it, each with file:line, by
// line. docs/lab/scenario.md is the reference page of the format.
#pragma once

#include "messages/types/expected.hpp"
#include "tools/lab/scenario/scenario.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace troupe::lab {

constexpr std::size_t scenario_bytes_max =
  2 << 20; ///< of a file; the canonical text of what fits the other caps is smaller

expected<scenario, std::vector<explained>> load_scenario(const std::string& path);
/// `file` is what errors call it.
expected<scenario, std::vector<explained>> parse_scenario(std::string_view text, const std::string& file);

} // namespace troupe::lab
