// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/report/number_text.hpp"

#include "messages/codec/utf8.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <vector>

namespace troupe::lab {
namespace {

// Three digits that matter, without zeros at the end.
std::string three_digits(double value) {
  const auto size = std::abs(value);
  auto text = fmt::format("{:.{}f}", value, size < 10 ? 2 : size < 100 ? 1 : 0);
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.')
      text.pop_back();
  }
  return text;
}

} // namespace

std::string duration_text(duration value) {
  struct unit {
    double nanoseconds;
    std::string_view name;
  };
  static constexpr std::array<unit, 4> units{{{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}, {1, "ns"}}};
  const auto nanoseconds = static_cast<double>(value.count());
  for (const auto& each : units)
    if (std::abs(nanoseconds) >= each.nanoseconds)
      return fmt::format("{} {}", three_digits(nanoseconds / each.nanoseconds), each.name);
  return "0 s";
}

std::string count_text(std::uint64_t value) {
  auto digits = std::to_string(value);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

std::string short_number(double value) {
  if (!std::isfinite(value))
    return "-";
  if (std::abs(value) >= 1e9)
    return three_digits(value / 1e9) + " G";
  if (std::abs(value) >= 1e6)
    return three_digits(value / 1e6) + " M";
  if (value >= 1000)
    return count_text(static_cast<std::uint64_t>(std::llround(value)));
  return three_digits(value);
}

std::string share_text(double share) {
  if (share <= 0)
    return "0 %";
  if (share >= 1)
    return "100 %";
  return fmt::format("{:.1f} %", std::min(std::max(share * 100, 0.1), 99.9));
}

std::string coordinate(double value) {
  auto text = fmt::format("{:.1f}", value);
  if (text.ends_with(".0"))
    text.erase(text.size() - 2);
  return text;
}

std::string number_or_dash(const std::optional<double>& value) {
  return value ? short_number(*value) : "-";
}

std::string microseconds_or_dash(const std::optional<double>& us) {
  return us ? duration_text(duration{static_cast<duration::rep>(*us * 1e3)}) : "-";
}

std::string shortened_to_end(std::string_view text, std::size_t characters) {
  const auto whole = mended_utf8(text);
  std::vector<std::size_t> starts; // of its characters
  for (byte_view rest = as_bytes(whole); !rest.empty(); rest = rest.subspan(utf8_character_size(rest)))
    starts.push_back(whole.size() - rest.size());
  if (starts.size() <= characters)
    return whole;
  return "…" + whole.substr(starts[starts.size() - characters + 1]);
}

std::string shortened(std::string_view text, std::size_t characters) {
  const auto whole = mended_utf8(text);
  std::string out, before_last;
  std::size_t used = 0;
  for (byte_view rest = as_bytes(whole); !rest.empty(); ++used) {
    if (used == characters)
      return before_last + "…";
    const auto size = utf8_character_size(rest);
    before_last = out;
    out += as_text(rest.first(size));
    rest = rest.subspan(size);
  }
  return out;
}

} // namespace troupe::lab
