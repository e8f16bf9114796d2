// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/workload/operations_workload.hpp"

#include "tools/lab/role/role.hpp"
#include "tools/lab/run/drawn_time.hpp"

#include <algorithm>

namespace troupe::lab {

void operations_workload::plan_next(duration from) {
  const auto when = from + drawn_exponential(options_.rng, spec_.every);
  options_.plan->at(when, [this, when] {
    ask();
    if (!done())
      plan_next(when);
  });
}

/// Liars that have something to broadcast do so at the pace of the others; nobody counts on it.
void operations_workload::ask_liars() {
  auto& nodes = *options_.nodes;
  for (const auto& role : options_.what->roles) {
    const bool named =
      spec_.from.empty() || std::find(spec_.from.begin(), spec_.from.end(), role.node) != spec_.from.end();
    const bool has_some = options_.what->algorithm != algorithm::troupe || broadcasts(role.what);
    if (named && nodes.up(role.node) && has_some)
      nodes.life(role.node)->execute({"add", 1 + liars_rng_.below(spec_.values)}, [](const std::string&) {});
  }
}

void operations_workload::ask() {
  ++asked_;
  ask_liars();
  const bool removes = options_.rng.chance(spec_.removals);
  const command what{removes ? "remove" : "add", 1 + options_.rng.below(spec_.values), spec_.answered};
  const auto on = somebody(spec_.from);
  if (!on)
    return;
  const auto record = std::make_shared<operation_record>();
  record->on = *on;
  record->what = text(what);
  record->invoked = now();
  operations_.push_back(record);
  options_.nodes->life(*on)->execute(what, [record, &at = options_.nodes->at()](const std::string& error) {
    record->answered = at.now();
    record->error = error;
    record->outcome = error.empty()        ? operation_record::result::ok
                      : error == no_answer ? operation_record::result::unknown
                                           : operation_record::result::failed;
  });
}

void operations_workload::add_operations(std::vector<operation_record>& to) const {
  for (const auto& one : operations_)
    to.push_back(*one);
}

} // namespace troupe::lab
