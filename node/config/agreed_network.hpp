// SPDX-License-Identifier: BSD-3-Clause
// The network id that sessions compare and signatures cover: nodes of one group must have the same data type, too, so another one
// than the default is part of it. Pure.
#pragma once

#include "node/config/node_config.hpp"

#include <string_view>

namespace troupe {

/// `troupe` for the default type, `troupe/at2` for another.
std::string agreed_network(std::string_view network, std::string_view type);
std::string agreed_network(const node_config& config);

} // namespace troupe
