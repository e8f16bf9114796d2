// SPDX-License-Identifier: BSD-3-Clause
// What goes wrong between nodes; simulation only.
#include "tools/lab/cluster/sim_venue.hpp"
#include "tools/lab/nemesis/nemesis.hpp"

#include <algorithm>

namespace troupe::lab {
namespace {

std::string listed(const std::set<node_index>& nodes) {
  std::string all;
  for (const auto node : nodes)
    all += (all.empty() ? "" : " ") + node_name(node);
  return all;
}

std::string arrow(node_index from, node_index to) {
  return node_name(from) + " to " + node_name(to);
}

} // namespace

std::optional<nemesis::deed> nemesis::on_network(const fault_spec& spec) {
  if (options_.nodes->size() < 2)
    return std::nullopt;
  if (spec.kind == fault_kind::partition)
    return partition(spec);
  if (spec.kind == fault_kind::clog)
    return clog();
  const auto [a, b] = pair(spec);
  auto* at = &world();
  const auto from = id(a);
  const auto to = id(b);
  switch (spec.kind) {
  case fault_kind::cut:
    at->cut(from, to);
    return deed{arrow(a, b), [=] { at->heal(from, to); }};
  case fault_kind::break_link:
    at->break_links(from, to);
    return deed{node_name(a) + " and " + node_name(b), nullptr};
  case fault_kind::stall:
    at->stall(from, to, spec.lasts);
    return deed{arrow(a, b), [] {}};
  case fault_kind::slow_link: {
    const auto before = at->faults().of(from, to);
    at->set_conditions(from, to, spec.conditions);
    return deed{arrow(a, b), [=] { at->set_conditions(from, to, before); }};
  }
  default:
    at->refuse_dials(from, to);
    return deed{arrow(a, b), [=] { at->accept_dials(from, to); }};
  }
}

/// One side is named or drawn. Halves and isolate cut both directions, one-way only those into the side; a
/// bridge leaves one node in touch with both sides.
nemesis::deed nemesis::partition(const fault_spec& spec) {
  const auto size = options_.nodes->size();
  std::set<node_index> side{spec.nodes.begin(), spec.nodes.end()};
  const std::size_t wanted = spec.style == "isolate" ? 1 : std::max<std::size_t>(1, size / 2);
  while (side.size() < wanted)
    side.insert(any());
  std::set<node_index> other;
  for (node_index i = 0; i < size; ++i)
    if (!side.contains(i))
      other.insert(i);
  std::optional<node_index> bridge;
  if (spec.style == "bridge" && other.size() > 1) {
    bridge = *std::next(other.begin(), static_cast<std::ptrdiff_t>(rng().below(other.size())));
    other.erase(*bridge);
  }
  std::vector<std::pair<node_index, node_index>> cuts;
  for (const auto a : side)
    for (const auto b : other) {
      cuts.emplace_back(b, a);
      if (spec.style != "one-way")
        cuts.emplace_back(a, b);
    }
  for (const auto& [a, b] : cuts)
    world().cut(id(a), id(b));
  const auto subject = listed(side) + (spec.style == "one-way" ? " hears nothing of " : " | ") +
                       listed(other) + (bridge ? ", bridge " + node_name(*bridge) : "");
  return {subject, [this, cuts] {
            for (const auto& [a, b] : cuts)
              world().heal(id(a), id(b));
          }};
}

/// "Swizzle": every direction is clogged, one after another, and they open again in random order.
nemesis::deed nemesis::clog() {
  constexpr duration step = std::chrono::milliseconds{20};
  std::vector<std::pair<node_index, node_index>> links;
  for (node_index a = 0; a < options_.nodes->size(); ++a)
    for (node_index b = 0; b < options_.nodes->size(); ++b)
      if (a != b && rng().chance(500'000))
        links.emplace_back(a, b);
  const auto going = std::make_shared<bool>(true);
  auto when = now();
  for (const auto& [a, b] : links)
    options_.plan->at(when += step, [this, a = a, b = b, going] {
      if (*going)
        world().cut(id(a), id(b));
    });
  for (auto left = links; !left.empty();) {
    const auto drawn = rng().below(left.size());
    options_.plan->at(when += step,
                      [this, a = left[drawn].first, b = left[drawn].second] { world().heal(id(a), id(b)); });
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(drawn));
  }
  return {std::to_string(links.size()) + " directions", [this, links, going] {
            *going = false;
            for (const auto& [a, b] : links)
              world().heal(id(a), id(b));
          }};
}

} // namespace troupe::lab
