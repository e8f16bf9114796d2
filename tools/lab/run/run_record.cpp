// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/run/run_record.hpp"

namespace troupe::lab {

std::string node_name(node_index which) {
  return "n" + std::to_string(which + 1);
}

operation_counts count(const run_record& run) {
  operation_counts all;
  for (const auto& one : run.operations)
    switch (one.outcome) {
    case operation_record::result::ok:
      ++all.ok;
      break;
    case operation_record::result::failed:
      ++all.failed;
      break;
    case operation_record::result::unknown:
      ++all.unknown;
      break;
    }
  return all;
}

const check_result* first_failed(const run_record& run) {
  const check_result* first = nullptr;
  const auto when = [](const check_result& one) { return one.violated_at.value_or(duration::max()); };
  for (const auto& each : run.checks)
    if (!each.passed && (!first || when(each) < when(*first)))
      first = &each;
  return first;
}

} // namespace troupe::lab
