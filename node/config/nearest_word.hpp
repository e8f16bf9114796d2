// SPDX-License-Identifier: BSD-3-Clause
// The hint of an error about a misspelt word: which known one was meant. Pure.
#pragma once

#include <span>
#include <string_view>

namespace troupe {

/// Letters inserted, removed, replaced, and neighbours swapped, to turn one into the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The known word nearest to a misspelt one, the first of several; empty if none is near, that is within
/// three edits and fewer than the word is long.
std::string_view nearest_word(std::string_view wrong, std::span<const std::string_view> known);

} // namespace troupe
