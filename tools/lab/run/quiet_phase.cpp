// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/run/quiet_phase.hpp"

#include "actors/brb/quorum.hpp"

#include <algorithm>

namespace troupe::lab {

void quiet_phase::ask() {
  asked_.clear();
  for (node_index i = 0; i < nodes_.size(); ++i)
    if (nodes_.up(i) && !nodes_.lies(i))
      asked_.emplace(i, question{nodes_.life(i)->ask(), nodes_.life(i)->memory().delivered});
}

bool quiet_phase::answered() const {
  return std::all_of(asked_.begin(), asked_.end(), [](const auto& each) {
    return each.second.told->generation.has_value() && each.second.told->value.has_value();
  });
}

/// Of the last generation anybody knows.
std::set<node_index> quiet_phase::members() const {
  std::uint64_t last = 0;
  const std::set<node_index>* known = nullptr;
  for (const auto& [node, told] : status_)
    if (told.generation && (!known || *told.generation > last) && told.members.contains(*told.generation)) {
      last = *told.generation;
      known = &told.members.at(last);
    }
  return known ? *known : std::set<node_index>{nodes_.voters().begin(), nodes_.voters().end()};
}

/// Drawn faults may damage the disks of so many that those whose nodes can start are no quorum: what is open
/// then stays open, and nothing that is asked for can be agreed on.
bool quiet_phase::quorum_left(const std::set<node_index>& of) const {
  const auto up = std::ranges::count_if(of, [this](node_index one) { return nodes_.up(one); });
  return brb::is_quorum(static_cast<std::size_t>(up), of.size());
}

bool quiet_phase::answers_missing() const {
  std::vector<operation_record> all;
  for (const auto& each : workloads_)
    each->add_operations(all);
  for (const auto& one : all)
    if (!one.answered && nodes_.at().now() < one.invoked + node_life::answer_limit)
      return true;
  return false;
}

std::string quiet_phase::unfinished(node_index node) const {
  const auto& memory = memories_.at(node);
  // What a liar began, or a node that is gone for good or has left, may stay open for ever.
  const auto group = members();
  for (const auto& [where, what] : memory.open)
    if (status_.contains(where.source) && group.contains(where.source))
      return node_name(node) + " still holds " + text(where) + " open";
  if (memory.pending > 0)
    return node_name(node) + " still has " + std::to_string(memory.pending) +
           " unfinished operations of its own";
  return {};
}

std::string quiet_phase::differs(node_index node, node_index from) const {
  const auto& mine = status_.at(node);
  const auto& theirs = status_.at(from);
  const auto name = node_name(node);
  if (mine.generation != theirs.generation || mine.members != theirs.members)
    return name + " knows another group than " + node_name(from);
  const auto& memory = memories_.at(node);
  const auto& other = memories_.at(from);
  if (memory.delivered.size() != other.delivered.size())
    return name + " has delivered " + std::to_string(memory.delivered.size()) + " operations, " +
           node_name(from) + " " + std::to_string(other.delivered.size());
  for (const auto& [where, what] : memory.delivered)
    if (!other.delivered.contains(where))
      return name + " has delivered " + text(where) + ", " + node_name(from) + " has not";
  return {};
}

std::string quiet_phase::unsettled() {
  status_.clear();
  memories_.clear();
  for (const auto& [node, one] : asked_) {
    if (!nodes_.up(node))
      continue;
    auto& told = status_.emplace(node, *one.told).first->second;
    const auto& memory = memories_.emplace(node, nodes_.life(node)->memory()).first->second;
    if (memory.delivered != one.delivered)
      told.value.reset(); // it has delivered more since: what it read is no longer what it holds
  }
  for (const auto& [node, told] : status_)
    if (!told.generation || !told.value)
      return node_name(node) + " does not answer";
  const auto all = members();
  for (const auto& [node, memory] : memories_) // who has left may still be handed something
    if (memory.unrecorded > 0)
      return node_name(node) + " has not recorded all that it has delivered";
  can_agree_ = quorum_left(all);
  for (const auto& each : workloads_)
    if (auto text = can_agree_ ? each->missing(status_) : std::string{}; !text.empty())
      return text;
  std::vector<node_index> correct;
  std::ranges::copy_if(all, std::back_inserter(correct),
                       [this](auto node) { return status_.contains(node); });
  if (correct.empty())
    return "no correct member is left";
  for (const auto node : correct) {
    if (auto text = differs(node, correct.front()); !text.empty())
      return text;
    if (auto text = can_agree_ ? unfinished(node) : std::string{}; !text.empty())
      return text;
  }
  return answers_missing() ? "an operation waits for its answer" : "";
}

} // namespace troupe::lab
