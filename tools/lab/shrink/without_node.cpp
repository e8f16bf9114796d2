// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/scenario/scenario_names.hpp"
#include "tools/lab/shrink/smaller.hpp"

#include <algorithm>

namespace troupe::lab {
namespace {

void move_up(node_index& node, node_index gone) {
  if (node > gone)
    --node;
}

/// False if the list was about this node alone.
bool drop(std::vector<node_index>& list, node_index gone) {
  const bool everybody = list.empty();
  std::erase(list, gone);
  for (auto& each : list)
    move_up(each, gone);
  return everybody || !list.empty();
}

bool drop(workload_spec& from, node_index gone) {
  if (auto* operations = std::get_if<operations_spec>(&from))
    return drop(operations->from, gone);
  auto& changes = std::get<membership_spec>(from);
  const bool idle = changes.join.empty() && changes.leave.empty();
  drop(changes.join, gone);
  drop(changes.leave, gone);
  return idle || !changes.join.empty() || !changes.leave.empty();
}

bool drop(fault_spec& from, node_index gone) {
  const auto size = from.nodes.size();
  const bool left = drop(from.nodes, gone);
  return left && (!rule_of(from.kind).pair || from.nodes.size() == size);
}

} // namespace

scenario without_node(scenario what, node_index gone) {
  --what.nodes;
  if (gone < what.voters)
    --what.voters;
  what.degree = std::min(what.degree, what.nodes == 0 ? 0 : what.nodes - 1);
  std::erase_if(what.network.links,
                [&](const link_override& link) { return link.from == gone || link.to == gone; });
  for (auto& link : what.network.links) {
    move_up(link.from, gone);
    move_up(link.to, gone);
  }
  static_cast<void>(drop(what.newer, gone));
  std::erase_if(what.workloads, [&](workload_spec& each) { return !drop(each, gone); });
  std::erase_if(what.faults, [&](fault_spec& each) { return !drop(each, gone); });
  std::erase_if(what.roles, [&](const role_spec& each) { return each.node == gone; });
  for (auto& role : what.roles)
    move_up(role.node, gone);
  return what;
}

} // namespace troupe::lab
