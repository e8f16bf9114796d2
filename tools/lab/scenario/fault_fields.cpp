// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/scenario/fault_fields.hpp"

#include "tools/lab/scenario/duration_text.hpp"
#include "tools/lab/scenario/network_fields.hpp"
#include "tools/lab/scenario/scenario_names.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::lab {
namespace {

using namespace std::chrono_literals;

constexpr duration long_time = 24h;

void describe_schedule(form& on, fault_spec& value, const fault_rule& rule, std::optional<duration> load) {
  on.moment("at", value.at, {0s, long_time});
  if (value.at && load && *value.at > *load)
    on.complain(
      "at", fmt::format("at {} is after the load, which ends at {}: make load longer, or the fault earlier",
                        exact_text(*value.at), exact_text(*load)));
  if (rule.repeats) {
    on.moment("every", value.every, {1ms, long_time});
    if (on.given("at") && on.given("every"))
      on.complain("every",
                  "both at and every: a fault happens once at a time, or again and again; leave one out");
    if (value.every || on.given("every"))
      on.number("count", value.count, {0, 100'000});
  }
  if (!value.at && !value.every && !on.given("at") && !on.given("every"))
    on.complain("at", rule.repeats
                        ? "neither at nor every: say when it happens, as in at = \"2s\" or every = \"500ms\""
                        : "no at: say when it begins, as in at = \"0s\"");
}

void describe_nodes(form& on, fault_spec& value, const fault_rule& rule, node_index nodes) {
  on.nodes("nodes", value.nodes, nodes);
  const auto size = value.nodes.size();
  if (rule.pair && size != 0 && size != 2)
    on.complain("nodes", fmt::format("nodes are {} where {} needs two, from and to, or none for any two",
                                     size, name_of(value.kind)));
  if (value.kind == fault_kind::partition && size >= nodes)
    on.complain("nodes", "all nodes on one side is no partition: leave some out");
}

} // namespace

void describe_fault(form& on, fault_spec& value, node_index nodes, std::optional<duration> load) {
  if (!on.word("kind", value.kind, fault_names, presence::required))
    return;
  const auto& rule = rule_of(value.kind);
  if (!rule.styles.empty()) {
    const auto found = std::find(rule.styles.begin(), rule.styles.end(), value.style);
    auto which = found == rule.styles.end() ? 0 : static_cast<std::size_t>(found - rule.styles.begin());
    on.choice("style", which, rule.styles, presence::optional);
    value.style = rule.styles[which];
  }
  describe_schedule(on, value, rule, load);
  describe_nodes(on, value, rule, nodes);
  if (rule.lasts)
    on.span("lasts", value.lasts, {1us, long_time}, presence::required);
  if (rule.away)
    on.span("away", value.away, {1us, long_time}, presence::optional);
  if (rule.level)
    on.word("level", value.level, level_names, presence::optional);
  if (rule.amount_min < rule.amount_max)
    on.real("amount", value.amount, {rule.amount_min, rule.amount_max});
  if (rule.offset) {
    on.span("offset", value.offset, {-long_time, long_time}, presence::required);
    if (on.given("offset") && value.offset == duration{})
      on.complain("offset", "a jump by nothing: write how far, as in \"20s\" or \"-20s\"");
  }
  if (rule.nth)
    on.number("nth", value.nth, {0, 1'000'000});
  if (rule.conditions)
    describe_conditions(on, value.conditions);
  else
    value.conditions = {};
}

} // namespace troupe::lab
