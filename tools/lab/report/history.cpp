// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/report/history.hpp"

#include "tools/lab/report/json_text.hpp"

#include <fmt/format.h>

namespace troupe::lab {
namespace {

constexpr std::size_t line_bytes_usual = 128;

// Exact: nanoseconds are the digits after the point.
void append_microseconds(std::string& out, duration value) {
  const auto nanoseconds = std::max(value, duration{}).count();
  fmt::format_to(std::back_inserter(out), "{}", nanoseconds / 1000);
  if (nanoseconds % 1000 != 0)
    fmt::format_to(std::back_inserter(out), ".{:03}", nanoseconds % 1000);
}

} // namespace

std::string_view result_name(operation_record::result outcome) {
  switch (outcome) {
  case operation_record::result::ok:
    return "ok";
  case operation_record::result::failed:
    return "failed";
  case operation_record::result::unknown:
    break;
  }
  return "unknown";
}

std::string history_lines(const run_record& run) {
  std::vector<const operation_record*> ordered;
  ordered.reserve(run.operations.size());
  for (const auto& one : run.operations)
    ordered.push_back(&one);
  std::ranges::stable_sort(ordered, {}, &operation_record::invoked);
  std::string out;
  out.reserve(ordered.size() * line_bytes_usual);
  for (const auto* const one : ordered) {
    out += "{\"process\": \"";
    out += node_name(one->on);
    out += "\", \"what\": ";
    append_json_string(out, one->what);
    out += ", \"invoke_us\": ";
    append_microseconds(out, one->invoked);
    out += ", \"answer_us\": ";
    if (one->answered)
      append_microseconds(out, *one->answered);
    else
      out += "null";
    out += ", \"result\": \"";
    out += result_name(one->outcome);
    out += "\", \"error\": ";
    append_json_string(out, one->error);
    out += "}\n";
  }
  return out;
}

} // namespace troupe::lab
