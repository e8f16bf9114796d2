// SPDX-License-Identifier: BSD-3-Clause
#include "node/config/agreed_network.hpp"

#include "actors/datatype/data_types.hpp"

namespace troupe {

std::string agreed_network(const node_config& config) {
  return config.type == default_data_type ? config.network : config.network + "/" + config.type;
}

} // namespace troupe
