// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/workload/workload.hpp"

#include "tools/lab/workload/membership_workload.hpp"
#include "tools/lab/workload/operations_workload.hpp"

#include <algorithm>

namespace troupe::lab {

std::optional<node_index> workload::somebody(const std::vector<node_index>& of) {
  std::vector<node_index> able;
  for (node_index i = 0; i < options_.nodes->size(); ++i) {
    const bool named = of.empty() || std::find(of.begin(), of.end(), i) != of.end();
    if (named && options_.nodes->up(i) && !options_.nodes->lies(i))
      able.push_back(i);
  }
  if (able.empty())
    return std::nullopt;
  return able[options_.rng.below(able.size())];
}

std::unique_ptr<workload> make_workload(const workload_spec& spec, workload_options options) {
  if (const auto* operations = std::get_if<operations_spec>(&spec))
    return std::make_unique<operations_workload>(*operations, std::move(options));
  return std::make_unique<membership_workload>(std::get<membership_spec>(spec), std::move(options));
}

} // namespace troupe::lab
