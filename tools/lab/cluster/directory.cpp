// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/cluster/directory.hpp"

namespace troupe::lab {

directory::directory(std::size_t nodes, const random_stream& rng) {
  const auto keys = rng.split("key");
  for (node_index i = 0; i < nodes; ++i) {
    std::array<std::uint8_t, 32> seed;
    keys.split(node_name(i)).fill(seed);
    auto key = key_pair::from_seed(seed);
    const auto id = key.id();
    numbers_.emplace(id, i);
    nodes_.push_back({std::move(key), id, {}});
  }
}

std::optional<node_index> directory::find(const peer_id& who) const {
  const auto found = numbers_.find(who);
  return found == numbers_.end() ? std::nullopt : std::optional{found->second};
}

} // namespace troupe::lab
