// SPDX-License-Identifier: BSD-3-Clause
#include "node/config/nearest_word.hpp"

#include <algorithm>
#include <vector>

namespace troupe {
namespace {

constexpr std::size_t misspelt_max = 64; // longer than any word we know, and three edits

} // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      diagonal = above;
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
