// SPDX-License-Identifier: BSD-3-Clause
#include "node/config/agreed_network.hpp"

#include "actors/datatype/data_types.hpp"

namespace troupe {

std::string agreed_network(std::string_view network, std::string_view type) {
  std::string name{network};
  if (type != default_data_type)
    name.append("/").append(type);
  return name;
}

std::string agreed_network(const node_config& config) {
  return agreed_network(config.network, config.type);
}

} // namespace troupe
