// SPDX-License-Identifier: BSD-3-Clause
// The seeds of a sweep as a user writes them. Pure.
#pragma once

#include "messages/types/expected.hpp"

#include <cstdint>
#include <string_view>

namespace troupe::lab {

constexpr std::uint64_t seeds_max = 1'000'000'000; ///< of one range

/// Both ends included.
struct seed_range {
  std::uint64_t first = 1;
  std::uint64_t last = 1;

  std::uint64_t size() const { return last - first + 1; }
  friend bool operator==(const seed_range&, const seed_range&) = default;
};

/// "1..100", or "7" for one. Errors: one line with the text, what is wrong and what would be right.
expected<seed_range, explained> parse_seeds(std::string_view text);

} // namespace troupe::lab
