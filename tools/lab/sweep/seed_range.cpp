// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/sweep/seed_range.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace troupe::lab {
namespace {

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto* const end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, value);
  return failed == std::errc{} && stop == end ? std::optional{value} : std::nullopt;
}

auto refused(std::string_view text, std::string_view why) {
  return unexpected(explained{fmt::format("seeds {}: {}", text, why)});
}

} // namespace

expected<seed_range, explained> parse_seeds(std::string_view text) {
  const auto dots = text.find("..");
  const auto first = number(text.substr(0, dots));
  const auto last = dots == std::string_view::npos ? first : number(text.substr(dots + 2));
  if (!first || !last)
    return refused(text, "write the first and the last, as in 1..100; each is 0 to 18446744073709551615");
  if (*last < *first)
    return refused(text, fmt::format("the last comes before the first: did you mean {}..{}?", *last, *first));
  if (*last - *first >= seeds_max)
    return refused(text, fmt::format("more than {} seeds", seeds_max));
  return seed_range{*first, *last};
}

} // namespace troupe::lab
