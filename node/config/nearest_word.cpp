// SPDX-License-Identifier: BSD-3-Clause
#include "node/config/nearest_word.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace troupe {
namespace {

constexpr std::size_t misspelt_max = 64; // longer than any word we know, and three edits

} // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::swap(before_last, last);
    std::swap(last, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[b.size()];
}

std::string_view nearest_word(std::string_view wrong, std::span<const std::string_view> known) {
  std::string_view best;
  if (wrong.size() > misspelt_max)
    return best;
  std::size_t best_distance = std::min<std::size_t>(4, wrong.size()); // farther is no misspelling
  for (const auto word : known)
    if (const auto distance = edit_distance(wrong, word); distance < best_distance) {
      best = word;
      best_distance = distance;
    }
  return best;
}

} // namespace troupe
