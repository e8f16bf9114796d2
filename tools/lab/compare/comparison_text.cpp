// SPDX-License-Identifier: BSD-3-Clause
// A comparison for people and for programs.
#include "tools/lab/compare/compare.hpp"
#include "tools/lab/report/number_text.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace troupe::lab {
namespace {

namespace json = boost::json;

constexpr std::size_t name_characters = 32; // of a column's head
constexpr std::size_t columns = 6;
using row = std::array<std::string, columns>;

// What a terminal shows for the name, in the unit of `value`.
std::pair<std::string_view, std::string> shown(std::string_view name, const std::optional<double>& value) {
  const auto share = [&] { return value ? share_text(*value) : std::string("-"); };
  if (name == "messages_per_operation")
    return {"messages per operation", number_or_dash(value)};
  if (name == "bytes_per_operation")
    return {"bytes per operation", number_or_dash(value)};
  if (name == "latency_p50_us")
    return {"latency p50", microseconds_or_dash(value)};
  if (name == "latency_p99_us")
    return {"latency p99", microseconds_or_dash(value)};
  if (name == "availability")
    return {"availability", share()};
  return {"operations ok", share()};
}

/// Paths differ at their ends. Names that would read the same then are shown whole.
std::pair<std::string, std::string> heads(std::string_view a, std::string_view b) {
  auto short_a = shortened_to_end(a, name_characters), short_b = shortened_to_end(b, name_characters);
  if (short_a == short_b && a != b)
    return {std::string{a}, std::string{b}};
  return {std::move(short_a), std::move(short_b)};
}

std::string ratio_text(double ratio) {
  return fmt::format("{:.3f}", ratio);
}

// fmt pads by characters, so widths are counted in them.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

row row_of(const compared_figure& one) {
  const auto [name, first] = shown(one.name, one.mean_a);
  return {
    std::string{name},
    first,
    shown(one.name, one.mean_b).second,
    one.ratio ? ratio_text(*one.ratio) : "-",
    one.interval ? fmt::format("{} to {}", ratio_text(one.interval->low), ratio_text(one.interval->high))
                 : std::string("unknown"),
    one.runs_a == one.runs_b ? std::to_string(one.runs_a) : fmt::format("{}, {}", one.runs_a, one.runs_b)};
}

json::value number_or_null(const std::optional<double>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

} // namespace

std::string comparison_text(const std::vector<compared_figure>& all, std::string_view name_a,
                            std::string_view name_b) {
  const auto [head_a, head_b] = heads(name_a, name_b);
  std::vector<row> rows{{"", head_a, head_b, "ratio", "95% interval", "runs"}};
  for (const auto& one : all)
    rows.push_back(row_of(one));
  std::array<std::size_t, columns> widths{};
  for (const auto& each : rows)
    for (std::size_t i = 0; i < columns; ++i)
      widths[i] = std::max(widths[i], width(each[i]));
  std::string out;
  for (const auto& each : rows) {
    out += fmt::format("{:<{}}", each[0], widths[0]);
    for (std::size_t i = 1; i < columns; ++i)
      out += fmt::format("  {:>{}}", each[i], widths[i]);
    out += '\n';
  }
  return out;
}

json::object comparison_object(const std::vector<compared_figure>& all, std::string_view name_a,
                               std::string_view name_b) {
  json::array figures;
  for (const auto& one : all)
    figures.emplace_back(json::object{
      {"name", one.name},
      {"runs_a", one.runs_a},
      {"runs_b", one.runs_b},
      {"a", number_or_null(one.mean_a)},
      {"b", number_or_null(one.mean_b)},
      {"ratio", number_or_null(one.ratio)},
      {"low", number_or_null(one.interval ? std::optional{one.interval->low} : std::nullopt)},
      {"high", number_or_null(one.interval ? std::optional{one.interval->high} : std::nullopt)}});
  return {{"a", name_a}, {"b", name_b}, {"figures", std::move(figures)}};
}

} // namespace troupe::lab
