// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/workload/operations_workload.hpp"

#include "tools/lab/run/drawn_time.hpp"

namespace troupe::lab {

void operations_workload::plan_next(duration from) {
  const auto when = from + drawn_exponential(options_.rng, spec_.every);
  options_.plan->at(when, [this, when] {
    ask();
    if (!done())
      plan_next(when);
  });
}

void operations_workload::ask() {
  ++asked_;
  const bool removes = options_.rng.chance(spec_.removals);
  const command what{removes ? "remove" : "add", 1 + options_.rng.below(spec_.values)};
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
