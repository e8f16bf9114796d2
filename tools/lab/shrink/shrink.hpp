// SPDX-License-Identifier: BSD-3-Clause
// Makes a failing scenario as small as greedy passes can: each keeps what still fails in the same way, until
// none finds anything or the tries are spent. Pure but for whoever plays the candidates.
#pragma once

#include "tools/lab/shrink/smaller.hpp"

#include <cstdint>
#include <functional>
#include <optional>

namespace troupe::lab {

/// A seed with which the candidate fails in the same way, if one is found; `seed` failed last and goes first.
using shrink_oracle = std::function<std::optional<std::uint64_t>(const scenario& what, std::uint64_t seed)>;

struct shrink_options {
  std::size_t tries_max = 500; ///< candidates that are tried
  std::function<bool()> interrupted = [] { return false; };
  /// After each try; `change` is empty if it was in vain.
  std::function<void(std::size_t tries, const std::string& change)> tell;
};

struct shrunk_scenario {
  scenario what;
  std::uint64_t seed = 0; ///< with which it fails
  std::size_t tries = 0;
  bool finished = false; ///< nothing that is tried makes it smaller; else tries or patience ran out
};

/// `failing` fails with `seed`. Candidates that break the rules of the format are passed over, and none is
/// tried twice.
shrunk_scenario shrink(const scenario& failing, std::uint64_t seed, const std::vector<shrink_pass>& passes,
                       const shrink_oracle& oracle, const shrink_options& how);

} // namespace troupe::lab
