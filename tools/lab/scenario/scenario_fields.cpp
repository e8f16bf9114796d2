// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/scenario/scenario_fields.hpp"

#include "actors/brb/agreement_options.hpp"
#include "tools/lab/scenario/duration_text.hpp"
#include "tools/lab/scenario/fault_fields.hpp"
#include "tools/lab/scenario/network_fields.hpp"
#include "tools/lab/scenario/scenario_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace troupe::lab {
namespace {

using namespace std::chrono_literals;

/// What later sections are held against; nothing where the file's own value is wrong, so that one mistake is
/// one error.
struct frame {
  node_index nodes = nodes_max;
  bool voters_known = true;
  std::optional<duration> load;
};

frame describe_size(form& on, scenario& value) {
  frame known;
  const bool nodes_right = on.number("nodes", value.nodes, {1, nodes_max});
  if (nodes_right)
    known.nodes = value.nodes;
  const bool voters_right = on.number("voters", value.voters, {0, voters_max});
  known.voters_known = nodes_right && voters_right;
  if (known.voters_known && value.voters > value.nodes)
    on.complain("voters",
                fmt::format("{} voters of {} nodes: voters are n1 to n{}, so at most {}", value.voters,
                            value.nodes, value.voters, std::min(value.nodes, voters_max)));
  else if (known.voters_known && value.voters_at_start() > voters_max)
    on.complain("nodes",
                fmt::format("{} nodes would all vote: set voters, at most {}", value.nodes, voters_max));
  if (on.number("degree", value.degree, {0, nodes_max}) && nodes_right && value.degree >= value.nodes)
    on.complain("degree", fmt::format("degree {} with {} nodes: each has {} others; 0 is all of them",
                                      value.degree, value.nodes, value.nodes - 1));
  return known;
}

frame describe_head(form& on, scenario& value) {
  auto format = static_cast<std::uint64_t>(scenario_format);
  on.whole("format", format, {format, format});
  on.text("name", value.name, {64, true}, presence::required);
  on.text("teaches", value.teaches, {500}, presence::optional);
  std::size_t expect = value.expected_to_fail ? 1 : 0;
  const bool expect_right = on.choice("expect", expect, expect_names, presence::optional);
  value.expected_to_fail = expect == 1;
  if (value.expected_to_fail && !on.given("reason"))
    on.complain("expect",
                "no reason: expect = \"fail\" needs one: write reason = \"what does not hold, and why\"");
  if (value.expected_to_fail || !expect_right)
    on.text("reason", value.reason, {500},
            expect_right && on.given("reason") ? presence::required : presence::optional);
  on.word("algorithm", value.algorithm, algorithm_names, presence::optional);
  on.word("signatures", value.signatures, signatures_names, presence::optional);
  auto known = describe_size(on, value);
  if (on.span("load", value.load, {1ms, 24h}, presence::optional))
    known.load = value.load;
  on.span("settle", value.settle, {1s, 24h}, presence::optional);
  on.nodes("newer", value.newer, known.nodes);
  on.flag("randomise", value.randomise);
  on.checks("checks", value.checks);
  return known;
}

void describe_operations(form& on, operations_spec& value, node_index nodes) {
  on.number("count", value.count, {1, 100'000});
  on.span("every", value.every, {1us, 1h}, presence::optional);
  on.nodes("from", value.from, nodes);
  on.number("values", value.values, {1, 1'000'000});
  on.fraction("removals", value.removals);
  on.word("answered", value.answered, answered_names, presence::optional);
}

bool contains(const std::vector<node_index>& list, node_index which) {
  return std::find(list.begin(), list.end(), which) != list.end();
}

/// Once all changes up to those of the entry that is described have come true.
std::size_t members_after(const scenario& in) {
  std::set<node_index> members;
  for (node_index i = 0; i < in.voters_at_start(); ++i)
    members.insert(i);
  for (const auto& each : in.workloads)
    if (const auto* changes = std::get_if<membership_spec>(&each)) {
      members.insert(changes->join.begin(), changes->join.end());
      for (const auto who : changes->leave)
        members.erase(who);
    }
  return members.size();
}

/// A join beyond the cap is refused again and again, so liveness must fail.
void check_capacity(form& on, const membership_spec& value, const scenario& in) {
  const auto most = brb::agreement_options{}.members_soft_max;
  const bool judged = std::any_of(in.checks.begin(), in.checks.end(),
                                  [](const check_spec& each) { return each.name == "liveness"; });
  if (value.join.empty() || in.algorithm != algorithm::troupe || in.expected_to_fail || !judged)
    return;
  if (const auto members = members_after(in); members > most)
    on.complain("join",
                fmt::format("{} members in the end, but a group takes no join beyond {} "
                            "(MembersAtCapacity), so liveness fails: set fewer voters, let some leave "
                            "here or before, or write expect = \"fail\"",
                            members, most));
}

void describe_membership(form& on, membership_spec& value, node_index nodes,
                         std::optional<node_index> voters) {
  on.nodes("join", value.join, nodes);
  on.nodes("leave", value.leave, nodes);
  on.span("first", value.first, {0s, 24h}, presence::optional);
  on.span("every", value.every, {0s, 24h}, presence::optional);
  on.span("stagger", value.stagger, {0s, 1h}, presence::optional);
  if (!voters)
    return;
  for (const auto joins : value.join)
    if (joins < *voters)
      on.complain("join", fmt::format("{0} joins, but it votes from the start, as all of n1 to n{1} do",
                                      node_name(joins), *voters));
  for (const auto leaves : value.leave)
    if (leaves >= *voters && !contains(value.join, leaves))
      on.complain("leave",
                  fmt::format("{} leaves, but it neither votes from the start nor joins", node_name(leaves)));
  if (*voters + value.join.size() > voters_max)
    on.complain("join", fmt::format("{} voters and {} that join: together at most {}", *voters,
                                    value.join.size(), voters_max));
}

/// Whether the node is a member all the time.
bool always_votes(const scenario& in, node_index which) {
  return which < in.voters_at_start() &&
         std::none_of(in.workloads.begin(), in.workloads.end(), [&](const workload_spec& each) {
           const auto* changes = std::get_if<membership_spec>(&each);
           return changes && contains(changes->leave, which);
         });
}

void describe_roles(form& on, scenario& value, const frame& known) {
  std::set<node_index> seen;
  describe_list(on, "byzantine", value.roles, roles_max, role_spec{}, [&](role_spec& role) {
    const bool node_right = on.node("node", role.node, known.nodes);
    const bool role_right = on.word("role", role.what, role_names, presence::required);
    if (!node_right)
      return;
    if (!seen.insert(role.node).second)
      on.complain("node", fmt::format("{} has two roles: give each node one", node_name(role.node)));
    else if (role_right && role.what == role_kind::outsider_echoes && known.voters_known &&
             always_votes(value, role.node))
      on.complain("node",
                  fmt::format("{} is a voter all the time, outsider-echoes needs one that is not: set voters "
                              "to less than its number, or let it leave",
                              node_name(role.node)));
  });
  if (seen.size() >= known.nodes)
    on.complain("byzantine", fmt::format("all {} nodes lie: at least one must be correct", known.nodes));
}

} // namespace

void describe_workload(form& on, workload_spec& value, const scenario& in, node_index nodes) {
  std::size_t kind = value.index();
  if (!on.choice("kind", kind, workload_names, presence::required))
    return;
  if (kind != value.index())
    value = kind == 0 ? workload_spec{operations_spec{}} : workload_spec{membership_spec{}};
  if (auto* operations = std::get_if<operations_spec>(&value))
    return describe_operations(on, *operations, nodes);
  const bool voters_known = in.voters_at_start() <= std::min(in.nodes, voters_max) && nodes == in.nodes;
  auto& changes = std::get<membership_spec>(value);
  describe_membership(on, changes, nodes, voters_known ? std::optional{in.voters_at_start()} : std::nullopt);
  if (voters_known && in.voters_at_start() + changes.join.size() <= voters_max)
    check_capacity(on, changes, in);
}

void describe(form& on, scenario& value) {
  const auto known = describe_head(on, value);
  describe_network(on, value.network, known.nodes);
  describe_list(on, "workload", value.workloads, workloads_max, workload_spec{},
                [&](workload_spec& each) { describe_workload(on, each, value, known.nodes); });
  fault_spec fresh;
  fresh.conditions = value.network.everywhere;
  describe_list(on, "fault", value.faults, faults_max, fresh,
                [&](fault_spec& each) { describe_fault(on, each, known.nodes, known.load); });
  describe_roles(on, value, known);
}

} // namespace troupe::lab
