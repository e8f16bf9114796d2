// SPDX-License-Identifier: BSD-3-Clause
#include "tests/unit/tools/lab/scenario/random_scenario.hpp"

#include "actors/brb/agreement_options.hpp"
#include "messages/types/random_stream.hpp"
#include "tools/lab/check/check_names.hpp"
#include "tools/lab/scenario/scenario_names.hpp"

#include <algorithm>

namespace troupe::lab {
namespace {

using namespace std::chrono_literals;

class drawing {
public:
  explicit drawing(std::uint64_t seed) : rng_{seed} {}

  scenario whole() {
    scenario s;
    s.name = text("ab-._9", 20);
    s.teaches = text("a \"\\.'#=[]\x7f", 30);
    s.expected_to_fail = flip();
    if (s.expected_to_fail)
      s.reason = text("because \"\\", 9);
    s.algorithm = static_cast<algorithm>(rng_.below(algorithm_names.size()));
    s.signatures = static_cast<signatures>(rng_.below(signatures_names.size()));
    s.nodes = number(2, flip() ? 10 : 10'000);
    s.voters = flip() && s.nodes <= 64 ? 0 : number(1, std::min(s.nodes, 40u));
    s.degree = number(0, s.nodes - 1);
    s.load = span(1ms, 24h);
    s.settle = span(1s, 24h);
    s.randomise = flip();
    s.network.everywhere = conditions();
    s.network.detection = span(1ms, 10min);
    for (node_index i = number(0, 3); i > 0; --i)
      if (i < s.nodes)
        s.network.links.push_back({i - 1, i, conditions()});
    for (auto i = number(0, 3); i > 0; --i)
      s.workloads.push_back(workload(s));
    for (auto i = number(0, 12); i > 0; --i)
      s.faults.push_back(fault(s));
    for (node_index i = number(0, std::min(3u, s.nodes - 1)); i > 0; --i)
      s.roles.push_back({i - 1, static_cast<role_kind>(rng_.below(role_names.size()))});
    for (auto& role : s.roles)
      if (role.what == role_kind::outsider_echoes && role.node < s.voters_at_start())
        role.what = role_kind::mute;
    s.newer = some_nodes(number(0, std::min(2u, s.nodes)), s.nodes);
    for (const auto& check : check_names)
      if (flip())
        s.checks.push_back({std::string{check.name}});
    if (s.checks.empty())
      s.checks.push_back({"agreement"});
    return s;
  }

private:
  bool flip() { return rng_.below(2) == 0; }
  std::uint32_t number(std::uint32_t min, std::uint32_t max) {
    return min + static_cast<std::uint32_t>(rng_.below(max - min + 1));
  }

  /// Long and short ones, with coarse and fine units.
  duration span(duration min, duration max) {
    const duration units[] = {1ns, 1us, 1ms, 1s, 1min};
    const auto unit = units[rng_.below(5)];
    const auto most = static_cast<std::uint64_t>((max - min) / unit) + 1;
    return std::min(
      min + unit * static_cast<std::int64_t>(rng_.below(flip() ? most : std::min<std::uint64_t>(most, 9))),
      max);
  }

  std::string text(std::string_view letters, std::uint32_t most) {
    std::string out{letters[0]};
    for (auto i = number(0, most); i > 0; --i)
      out += letters[rng_.below(letters.size())];
    return out;
  }

  std::uint32_t millionths() { return flip() ? 0 : number(0, 1'000'000); }

  transport::link_conditions conditions() {
    transport::link_conditions c;
    c.delay_min = span(0s, 30s);
    c.delay_mean = c.delay_min + span(0s, 30s);
    c.jitter = span(0s, 1min);
    c.bandwidth = flip() ? 0 : rng_.below(1'000'000'000'001);
    c.split = millionths();
    c.dial_refused = millionths();
    c.raw = {millionths(), millionths(), millionths(), span(1us, 1min)};
    return c;
  }

  std::vector<node_index> some_nodes(std::uint32_t count, node_index nodes) {
    std::vector<node_index> list;
    while (list.size() < count)
      if (const auto which = number(0, nodes - 1); std::find(list.begin(), list.end(), which) == list.end())
        list.push_back(which);
    return list;
  }

  workload_spec workload(const scenario& in) {
    if (flip())
      return operations_spec{number(1, 100'000), span(1us, 1h), some_nodes(number(0, 2), in.nodes),
                             number(1, 1'000'000), millionths()};
    membership_spec changes{{}, {}, span(0s, 24h), span(0s, 24h), span(0s, 1h)};
    const bool room = in.voters_at_start() < brb::agreement_options{}.members_soft_max;
    if (in.voters_at_start() < in.nodes && (room || in.expected_to_fail))
      changes.join = {in.nodes - 1};
    changes.leave = {number(0, in.voters_at_start() - 1)};
    return changes;
  }

  fault_spec fault(const scenario& in) {
    fault_spec f;
    f.kind = static_cast<fault_kind>(rng_.below(fault_names.size()));
    const auto& rule = rule_of(f.kind);
    if (rule.repeats && flip()) {
      f.every = span(1ms, 24h);
      f.count = number(0, 100'000);
    } else {
      f.at = span(0s, in.load);
    }
    f.nodes = some_nodes(rule.pair ? 2 * number(0, 1) : number(0, 1), in.nodes);
    if (rule.lasts)
      f.lasts = span(1us, 24h);
    if (!rule.styles.empty())
      f.style = rule.styles[rng_.below(rule.styles.size())];
    if (rule.level)
      f.level = static_cast<fault_level>(rng_.below(2));
    if (rule.amount_min < rule.amount_max)
      f.amount = rule.amount_min + (rule.amount_max - rule.amount_min) * (number(0, 1'000'000) / 1e6);
    if (rule.offset)
      f.offset = flip() ? span(1ns, 24h) : -span(1ns, 24h);
    if (rule.away)
      f.away = span(1us, 24h);
    if (rule.nth)
      f.nth = number(0, 1'000'000);
    if (rule.conditions)
      f.conditions = conditions();
    return f;
  }

  random_stream rng_;
};

} // namespace

scenario random_scenario(std::uint64_t seed) {
  return drawing{seed}.whole();
}

} // namespace troupe::lab
