// SPDX-License-Identifier: BSD-3-Clause
// Every key a scenario file can have, for hints and for the test that the reference page names them all. Made
// by walking the fields, so it cannot fall behind them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace troupe::lab {

struct known_key {
  std::string_view section; ///< "" at the top, "network", "network.link", "workload", "fault", "byzantine"
  std::string_view kind;    ///< of the fault or workload that takes it; empty elsewhere
  std::string_view key;
};

const std::vector<known_key>& known_keys();

} // namespace troupe::lab
