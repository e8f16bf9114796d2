// SPDX-License-Identifier: BSD-3-Clause
// What goes wrong between nodes.
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

} // namespace

std::optional<nemesis::deed> nemesis::on_network(const fault_spec& spec) {
  if (options_.nodes->size() < 2)
    return std::nullopt;
  if (spec.kind == fault_kind::partition)
    return partition(spec);
  if (spec.kind == fault_kind::clog)
    return clog();
  const auto [a, b] = pair(spec);
  auto* on = &wire();
  const auto arrow = node_name(a) + " to " + node_name(b);
  switch (spec.kind) {
  case fault_kind::cut:
    on->cut(a, b);
    return deed{arrow, [=, a = a, b = b] { on->heal(a, b); }};
  case fault_kind::break_link:
    on->break_links(a, b);
    return deed{node_name(a) + " and " + node_name(b), nullptr};
  case fault_kind::stall:
    world().stall(id(a), id(b), spec.lasts);
    return deed{arrow, [] {}};
  case fault_kind::slow_link: {
    auto* at = &world();
    const auto before = at->faults().of(id(a), id(b));
    at->set_conditions(id(a), id(b), spec.conditions);
    return deed{arrow, [=, from = id(a), to = id(b)] { at->set_conditions(from, to, before); }};
  }
  default:
    on->refuse_dials(a, b);
    return deed{arrow, [=, a = a, b = b] { on->accept_dials(a, b); }};
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
    wire().cut(a, b);
  const auto subject = listed(side) + (spec.style == "one-way" ? " hears nothing of " : " | ") +
                       listed(other) + (bridge ? ", bridge " + node_name(*bridge) : "");
  return {subject, [this, cuts] {
            for (const auto& [a, b] : cuts)
              wire().heal(a, b);
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
        wire().cut(a, b);
    });
  for (auto left = links; !left.empty();) {
    const auto drawn = rng().below(left.size());
    options_.plan->at(when += step,
                      [this, a = left[drawn].first, b = left[drawn].second] { wire().heal(a, b); });
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(drawn));
  }
  return {std::to_string(links.size()) + " directions", [this, links, going] {
            *going = false;
            for (const auto& [a, b] : links)
              wire().heal(a, b);
          }};
}

} // namespace troupe::lab
