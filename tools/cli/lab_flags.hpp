// SPDX-License-Identifier: BSD-3-Clause
// `troupe lab` and its subcommands, as the command line knows them.
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace troupe::cli {

/// `chosen` becomes what the given subcommand does.
void add_lab(CLI::App& app, std::function<int()>& chosen);

} // namespace troupe::cli
