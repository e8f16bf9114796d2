// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/scenario/value_text.hpp"

#include "node/config/nearest_word.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace troupe::lab {
namespace {

constexpr std::size_t shown_max = 40;

} // namespace

std::string shown(std::string_view text) {
  return text.size() <= shown_max ? fmt::format("{:?}", text)
                                  : fmt::format("{:?}...", text.substr(0, shown_max));
}

std::string shown_key(std::string_view key) {
  const bool bare =
    !key.empty() && key.size() <= shown_max && std::all_of(key.begin(), key.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
             c == '-';
    });
  return bare ? std::string{key} : shown(key);
}

std::string section_text(std::string_view section, std::string_view kind) {
  if (section.empty())
    return "the top of the file";
  if (!kind.empty())
    return fmt::format("{} {}", section, kind);
  return section == "network" ? "[network]" : fmt::format("[[{}]]", section);
}

std::string choices(std::string_view wrong, std::span<const std::string_view> words) {
  if (const auto near = nearest_word(wrong, words); !near.empty())
    return fmt::format("did you mean {}?", near);
  return fmt::format("must be one of {}", fmt::join(words, ", "));
}

} // namespace troupe::lab
