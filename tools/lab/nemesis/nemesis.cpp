// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/nemesis/nemesis.hpp"

#include "tools/lab/cluster/sim_venue.hpp"
#include "tools/lab/scenario/scenario_names.hpp"

#include <algorithm>

namespace troupe::lab {
namespace {

bool is_network(fault_kind kind) {
  return kind <= fault_kind::refuse_dials;
}
bool is_disk(fault_kind kind) {
  return kind >= fault_kind::torn_write && kind <= fault_kind::sync_fails;
}
bool is_actor(fault_kind kind) {
  return kind >= fault_kind::throw_in_handler;
}

} // namespace

bool works_locally(fault_kind kind) {
  switch (kind) {
  case fault_kind::stall:
  case fault_kind::slow_link:
  case fault_kind::pause:
  case fault_kind::slow:
  case fault_kind::kill_actor:
    return false;
  default:
    return true;
  }
}

void nemesis::start() {
  for (const auto& spec : options_.what->faults) {
    if (!options_.virtual_at && !works_locally(spec.kind)) {
      left_out_.insert(spec.kind);
      continue;
    }
    plan_next(spec, 0, options_.load_from);
  }
}

void nemesis::plan_next(const fault_spec& spec, std::uint32_t done, duration from) {
  if (spec.every && spec.count != 0 && done == spec.count)
    return;
  if (spec.at && done > 0)
    return;
  const auto when = spec.at ? options_.load_from + *spec.at : from + drawn_exponential(rng(), *spec.every);
  options_.plan->at(when, [this, &spec, done, when] {
    if (over_)
      return;
    strike(spec);
    plan_next(spec, done + 1, when);
  });
}

void nemesis::strike(const fault_spec& spec) {
  if (spec.kind == fault_kind::churn)
    return begin_churn(spec);
  auto done = inflict(spec);
  if (!done)
    return;
  const auto index = faults_.size();
  const auto lasts =
    spec.lasts > duration{0} && spec.every ? drawn_exponential(rng(), spec.lasts) : spec.lasts;
  faults_.push_back({std::string{name_of(spec.kind)}, std::move(done->subject), now(), now()});
  if (!done->undo)
    return;
  to_mend_.emplace(index, [this, index, undo = std::move(done->undo)] {
    faults_[index].until = now();
    undo();
  });
  options_.plan->at(now() + lasts, [this, index] {
    if (auto mending = to_mend_.extract(index))
      mending.mapped()();
  });
}

void nemesis::mend_all() {
  over_ = true;
  while (!to_mend_.empty())
    to_mend_.extract(to_mend_.begin()).mapped()();
  wire().heal_all();
  for (node_index i = 0; i < options_.nodes->size(); ++i) {
    options_.nodes->log(i).arm(0);
    options_.nodes->start(i);
  }
}

std::optional<nemesis::deed> nemesis::inflict(const fault_spec& spec) {
  if (is_network(spec.kind))
    return on_network(spec);
  const auto who = victim(spec);
  if (!who)
    return std::nullopt;
  if (is_disk(spec.kind))
    return on_disk(spec, *who);
  return is_actor(spec.kind) ? on_actor(spec, *who) : on_node(spec, *who);
}

/// A node that is up and in no trouble, of those the fault may hit.
std::optional<node_index> nemesis::victim(const fault_spec& spec) {
  std::vector<node_index> able;
  for (node_index i = 0; i < options_.nodes->size(); ++i) {
    const bool named =
      spec.nodes.empty() || std::find(spec.nodes.begin(), spec.nodes.end(), i) != spec.nodes.end();
    if (named && options_.nodes->up(i) && !afflicted_.contains(i))
      able.push_back(i);
  }
  if (able.empty())
    return std::nullopt;
  return able[rng().below(able.size())];
}

/// Two different nodes: the ones named, else drawn.
std::pair<node_index, node_index> nemesis::pair(const fault_spec& spec) {
  const auto a = spec.nodes.empty() ? any() : spec.nodes[0];
  if (spec.nodes.size() > 1)
    return {a, spec.nodes[1]};
  const auto others = options_.nodes->size() - 1;
  const auto b = static_cast<node_index>((a + 1 + rng().below(others)) % options_.nodes->size());
  return {a, b};
}

} // namespace troupe::lab
