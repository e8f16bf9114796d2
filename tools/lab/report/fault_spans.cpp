// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/report/fault_spans.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace troupe::lab {
namespace {

constexpr std::size_t node_digits_max = 6;

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

std::vector<fault_span> joined(std::vector<fault_span> spans, duration resolution) {
  std::ranges::sort(spans, {}, &fault_span::from);
  std::vector<fault_span> out;
  for (const auto& span : spans)
    if (!out.empty() && span.from <= out.back().until + resolution) {
      out.back().until = std::max(out.back().until, span.until);
      out.back().faults += span.faults;
    } else {
      out.push_back(span);
    }
  return out;
}

fault_span span_of(const fault_record& fault) {
  return {fault.from, std::max(fault.from, fault.until), 1};
}

// "n12" is node 11; anything else is none.
std::optional<node_index> node_named(std::string_view word) {
  if (word.size() < 2 || word.size() > node_digits_max + 1 || word[0] != 'n' || word[1] == '0')
    return std::nullopt;
  node_index number = 0;
  for (const char c : word.substr(1)) {
    if (c < '0' || c > '9')
      return std::nullopt;
    number = number * 10 + static_cast<node_index>(c - '0');
  }
  return number - 1;
}

} // namespace

std::vector<fault_span> joined_spans(const std::vector<fault_record>& faults, duration resolution) {
  std::vector<fault_span> spans;
  spans.reserve(faults.size());
  for (const auto& fault : faults)
    spans.push_back(span_of(fault));
  return joined(std::move(spans), resolution);
}

std::vector<fault_row> rows_by_kind(const std::vector<fault_record>& faults, duration resolution,
                                    std::size_t rows) {
  std::map<std::string_view, std::vector<fault_span>> by_kind;
  for (const auto& fault : faults)
    by_kind[fault.kind].push_back(span_of(fault));
  std::vector<fault_row> out;
  for (auto& [kind, spans] : by_kind)
    out.push_back({std::string{kind}, joined(std::move(spans), resolution)});
  std::ranges::stable_sort(out, {}, [](const fault_row& row) { return row.spans.front().from; });
  if (out.size() > rows) {
    std::vector<fault_span> rest;
    for (auto i = rows - 1; i < out.size(); ++i)
      rest.insert(rest.end(), out[i].spans.begin(), out[i].spans.end());
    out.resize(rows);
    out.back() = {"others", joined(std::move(rest), resolution)};
  }
  return out;
}

std::vector<node_index> nodes_of(const fault_record& fault) {
  std::set<node_index> named;
  const std::string_view subject = fault.subject;
  for (std::size_t at = 0; at < subject.size();) {
    auto end = at;
    while (end < subject.size() && is_word(subject[end]))
      ++end;
    if (const auto node = node_named(subject.substr(at, end - at)))
      named.insert(*node);
    at = end + 1;
  }
  return {named.begin(), named.end()};
}

} // namespace troupe::lab
