// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/check/check_groups.hpp"

namespace troupe::lab {
namespace {

constexpr std::string_view all_word = "all";
constexpr std::string_view safety_word = "safety";
constexpr std::string_view progress_check = "liveness";
static_assert(is_check_name(progress_check));

} // namespace

std::span<const std::string_view> check_words() {
  static const auto words = [] {
    std::vector<std::string_view> all;
    for (const auto& each : check_names)
      all.push_back(each.name);
    all.insert(all.end(), {safety_word, all_word});
    return all;
  }();
  return words;
}

std::vector<std::string_view> checks_meant(std::string_view word) {
  std::vector<std::string_view> meant;
  for (const auto& each : check_names)
    if (word == each.name ||
        (each.in_groups && (word == all_word || (word == safety_word && each.name != progress_check))))
      meant.push_back(each.name);
  return meant;
}

} // namespace troupe::lab
