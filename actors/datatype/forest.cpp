// SPDX-License-Identifier: BSD-3-Clause
#include "actors/datatype/forest.hpp"

namespace troupe::tree {

forest::node forest::number_of(std::string_view name) {
  const auto known = numbers_.find(name);
  if (known != numbers_.end())
    return known->second;
  const auto number = static_cast<node>(names_.size());
  names_.push_back(&numbers_.emplace(name, number).first->first);
  places_.emplace_back();
  return number;
}

std::optional<forest::node> forest::find(std::string_view name) const {
  const auto known = numbers_.find(name);
  return known == numbers_.end() ? std::nullopt : std::optional{known->second};
}

bool forest::takes(node child, node parent) const {
  auto at = parent;
  for (std::size_t steps = 0; at != child; ++steps) {
    if (steps == depth_max)
      return false;
    if (!places_[at])
      return true;
    at = places_[at]->parent;
  }
  return false;
}

std::vector<forest::node> forest::placed() const {
  std::vector<node> result;
  for (const auto& [name, number] : numbers_)
    if (places_[number])
      result.push_back(number);
  return result;
}

std::string forest::shown() const {
  std::vector<std::vector<node>> below(size());
  for (const auto& [name, number] : numbers_)
    if (places_[number])
      below[places_[number]->parent].push_back(number);
  std::vector<node> roots;
  for (const auto& [name, number] : numbers_)
    if (!places_[number] && !below[number].empty())
      roots.push_back(number);

  // Grafts make trees deeper than the stack of a recursion should be.
  struct level {
    const std::vector<node>* nodes;
    std::size_t next = 0;
  };
  std::vector<level> open{{&roots}};
  std::string text = "{";
  while (!open.empty()) {
    auto& at = open.back();
    if (at.next == at.nodes->size()) {
      text += '}';
      open.pop_back();
      continue;
    }
    const auto one = (*at.nodes)[at.next++];
    if (at.next > 1)
      text += ", ";
    text += name_of(one);
    if (places_[one] && !places_[one]->meta.empty())
      text += " [" + places_[one]->meta + "]";
    if (!below[one].empty()) {
      text += ": {";
      open.push_back({&below[one]});
    }
  }
  return text;
}

} // namespace troupe::tree
