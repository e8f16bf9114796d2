// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/scenario/duration_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace troupe::lab {
namespace {

struct unit {
  std::string_view name;
  std::int64_t nanoseconds;
};
constexpr std::array<unit, 6> units{{{"h", 3'600'000'000'000},
                                     {"min", 60'000'000'000},
                                     {"s", 1'000'000'000},
                                     {"ms", 1'000'000},
                                     {"us", 1'000},
                                     {"ns", 1}}};
constexpr std::size_t digits_max = 15; // value_of stays far from the end of its type

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view take_digits(std::string_view& text) {
  const auto end =
    static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
  const auto taken = text.substr(0, end);
  text.remove_prefix(end);
  return taken;
}

std::int64_t value_of(std::string_view digits) {
  std::int64_t value = 0;
  for (const char c : digits)
    value = value * 10 + (c - '0');
  return value;
}

auto wrong(std::string_view why) {
  return unexpected(explained{std::string{why}});
}

} // namespace

expected<duration, explained> parse_duration(std::string_view text) {
  constexpr std::string_view form =
    "is no time: write a number and one of the units ns, us, ms, s, min, h, as in \"20s\"";
  const bool negative = text.starts_with('-');
  if (negative)
    text.remove_prefix(1);
  const auto whole = take_digits(text);
  std::string_view fraction;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    fraction = take_digits(text);
    if (fraction.empty())
      return wrong(form);
  }
  if (whole.empty())
    return wrong(form);
  if (text.empty())
    return wrong("has no unit: write one of ns, us, ms, s, min, h behind the number, as in \"20s\"");
  const auto found =
    std::find_if(units.begin(), units.end(), [&](const unit& each) { return each.name == text; });
  if (found == units.end())
    return wrong(form);
  if (whole.size() > digits_max || value_of(whole) >= duration::max().count() / found->nanoseconds)
    return wrong("is too long");
  std::int64_t result = value_of(whole) * found->nanoseconds;
  std::int64_t place = found->nanoseconds;
  for (const char digit : fraction) {
    if ((place % 10 != 0 || place == 0) && digit != '0')
      return wrong("is finer than a nanosecond");
    place /= 10;
    result += place * (digit - '0');
  }
  return duration{negative ? -result : result};
}

std::string exact_text(duration value) {
  if (value == duration{})
    return "0s";
  const auto& unit = *std::find_if(units.begin(), units.end(),
                                   [&](const auto& each) { return value.count() % each.nanoseconds == 0; });
  return fmt::format("{}{}", value.count() / unit.nanoseconds, unit.name);
}

} // namespace troupe::lab
