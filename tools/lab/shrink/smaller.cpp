// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/shrink/smaller.hpp"

#include "tools/lab/scenario/duration_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::lab {
namespace {

using namespace std::chrono_literals;
using candidates = std::vector<smaller_scenario>;

constexpr node_index single_nodes_max = 64; ///< beyond that many, nodes go in parts only

/// Runs of a list of this size that may go: all, halves, quarters, ... down to single entries.
std::vector<std::pair<std::size_t, std::size_t>> parts(std::size_t size) {
  std::vector<std::pair<std::size_t, std::size_t>> all;
  for (auto part = size; part > 0; part = part == 1 ? 0 : (part + 1) / 2)
    for (std::size_t first = 0; first < size; first += part)
      all.emplace_back(first, std::min(part, size - first));
  return all;
}

/// `list` finds it in a scenario.
template <class List>
candidates without_parts(const scenario& of, std::string_view name, List list) {
  candidates all;
  scenario copy = of;
  for (const auto& [first, count] : parts(list(copy).size())) {
    auto& entries = list(copy);
    const auto begin = entries.begin() + static_cast<std::ptrdiff_t>(first);
    entries.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
    all.push_back({copy, count == 1 ? fmt::format("{} {} removed", name, first + 1)
                                    : fmt::format("{} {} to {} removed", name, first + 1, first + count)});
    copy = of;
  }
  return all;
}

/// Smaller numbers to try in place of `now`, none below `least`.
std::vector<std::uint64_t> below(std::uint64_t now, std::uint64_t least) {
  std::vector<std::uint64_t> all;
  for (const auto next : {least, now / 4, now / 2, now - now / 4, now - 1})
    if (next >= least && next < now && (all.empty() || next > all.back()))
      all.push_back(next);
  return all;
}

/// The same for times, in whole milliseconds from 10 on.
std::vector<duration> shorter(duration now) {
  std::vector<duration> all;
  for (const auto next : {now / 16, now / 4, now / 2, now * 3 / 4}) {
    const duration whole = std::chrono::floor<std::chrono::milliseconds>(next);
    if (whole >= 10ms && whole < now && (all.empty() || whole > all.back()))
      all.push_back(whole);
  }
  return all;
}

candidates one_check(const scenario& of, const std::string& failed) {
  if (of.checks.size() == 1)
    return {};
  auto next = of;
  next.checks = {check_spec{failed}};
  return {{std::move(next), fmt::format("only {} is checked", failed)}};
}

candidates shorter_load(const scenario& of) {
  candidates all;
  for (const auto load : shorter(of.load)) {
    auto next = of;
    next.load = load;
    std::erase_if(next.faults, [&](const fault_spec& each) { return each.at && *each.at > load; });
    all.push_back({std::move(next), fmt::format("load cut to {}", exact_text(load))});
  }
  return all;
}

candidates fewer_operations(const scenario& of) {
  candidates all;
  for (std::size_t i = 0; i < of.workloads.size(); ++i) {
    const auto* const spec = std::get_if<operations_spec>(&of.workloads[i]);
    if (!spec)
      continue;
    for (const auto count : below(spec->count, 1)) {
      auto next = of;
      std::get<operations_spec>(next.workloads[i]).count = static_cast<std::uint32_t>(count);
      all.push_back({std::move(next), fmt::format("operations cut to {}", count)});
    }
  }
  return all;
}

candidates fewer_changes(const scenario& of) {
  candidates all;
  const auto without = [&](std::size_t place, std::vector<node_index> membership_spec::*list,
                           std::string_view word) {
    const auto& nodes = std::get<membership_spec>(of.workloads[place]).*list;
    for (std::size_t i = nodes.size(); i-- > 0;) {
      auto next = of;
      auto& rest = std::get<membership_spec>(next.workloads[place]).*list;
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
      all.push_back({std::move(next), fmt::format("{} does not {}", node_name(nodes[i]), word)});
    }
  };
  for (std::size_t i = 0; i < of.workloads.size(); ++i)
    if (std::holds_alternative<membership_spec>(of.workloads[i])) {
      without(i, &membership_spec::leave, "leave");
      without(i, &membership_spec::join, "join");
    }
  return all;
}

candidates fewer_nodes(const scenario& of) {
  candidates all;
  for (const auto left : below(of.nodes, 1)) {
    auto next = of;
    while (next.nodes > left)
      next = without_node(std::move(next), next.nodes - 1);
    all.push_back({std::move(next), fmt::format("{} of {} nodes left", left, of.nodes)});
  }
  if (of.nodes <= single_nodes_max)
    for (node_index gone = of.nodes; gone-- > 0;)
      all.push_back({without_node(of, gone), fmt::format("node {} removed", node_name(gone))});
  return all;
}

candidates rarer_faults(const scenario& of) {
  candidates all;
  for (std::size_t i = 0; i < of.faults.size(); ++i) {
    const auto& fault = of.faults[i];
    const auto add = [&](auto change, std::string what) {
      auto next = of;
      change(next.faults[i]);
      all.push_back({std::move(next), fmt::format("fault {} {}", i + 1, what)});
    };
    if (fault.every)
      for (const auto count : fault.count == 0 ? std::vector<std::uint64_t>{1, 3} : below(fault.count, 1))
        add([&](fault_spec& to) { to.count = static_cast<std::uint32_t>(count); },
            fmt::format("happens at most {} times", count));
    for (const auto lasts : shorter(fault.lasts))
      add([&](fault_spec& to) { to.lasts = lasts; }, fmt::format("lasts {}", exact_text(lasts)));
  }
  return all;
}

candidates plainer_network(const scenario& of) {
  candidates all;
  const auto add = [&](auto change, std::string_view what) {
    auto next = of;
    change(next.network);
    if (next != of)
      all.push_back({std::move(next), std::string{what}});
  };
  using net = network_spec;
  add([](net& to) { to = {}; }, "network as by default");
  add([](net& to) { to.everywhere.raw = {}; }, "no frame lost, doubled or out of order");
  add([](net& to) { to.everywhere.raw.drop = 0; }, "no frame lost");
  add([](net& to) { to.everywhere.raw.duplicate = 0; }, "no frame doubled");
  add([](net& to) { to.everywhere.raw.reorder = 0; }, "no frame out of order");
  add([](net& to) { to.everywhere.jitter = {}; }, "no jitter");
  add([](net& to) { to.everywhere.bandwidth = 0; }, "unlimited bandwidth");
  add([](net& to) { to.everywhere.split = 0; }, "no delivery split");
  add([](net& to) { to.everywhere.dial_refused = 0; }, "no dial refused");
  add(
    [](net& to) {
      to.everywhere.delay_min = transport::link_conditions{}.delay_min;
      to.everywhere.delay_mean = transport::link_conditions{}.delay_mean;
    },
    "delays as by default");
  add([](net& to) { to.detection = net{}.detection; }, "detection as by default");
  return all;
}

candidates plainer_nodes(const scenario& of) {
  candidates all;
  if (of.randomise) {
    all.push_back({of, "tunables not drawn"});
    all.back().what.randomise = false;
  }
  if (of.signatures != signatures::stub) {
    all.push_back({of, "stub signatures"});
    all.back().what.signatures = signatures::stub;
  }
  return all;
}

} // namespace

std::vector<shrink_pass> shrink_passes(std::string failed) {
  return {
    [failed = std::move(failed)](const scenario& of) { return one_check(of, failed); },
    [](const scenario& of) {
      return without_parts(of, "fault", [](scenario& in) -> auto& { return in.faults; });
    },
    [](const scenario& of) {
      return without_parts(of, "workload", [](scenario& in) -> auto& { return in.workloads; });
    },
    [](const scenario& of) {
      return without_parts(of, "liar", [](scenario& in) -> auto& { return in.roles; });
    },
    plainer_network,
    [](const scenario& of) {
      return without_parts(of, "link", [](scenario& in) -> auto& { return in.network.links; });
    },
    fewer_operations,
    fewer_changes,
    fewer_nodes,
    shorter_load,
    rarer_faults,
    plainer_nodes,
  };
}

} // namespace troupe::lab
