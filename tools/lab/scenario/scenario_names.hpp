// SPDX-License-Identifier: BSD-3-Clause
// The words scenario files use for the enumerations of scenario.hpp, and what each kind of fault can be told.
// Constant tables, in the order of the enumerations; docs/lab/scenario.md explains every word.
#pragma once

#include "tools/lab/scenario/scenario.hpp"

#include <array>
#include <span>
#include <string_view>

namespace troupe::lab {

inline constexpr std::array<std::string_view, 3> algorithm_names{"troupe", "brb-1.0.10", "bracha"};
inline constexpr std::array<std::string_view, 2> signatures_names{"stub", "ed25519"};
inline constexpr std::array<std::string_view, 2> expect_names{"pass", "fail"};
inline constexpr std::array<std::string_view, 2> workload_names{"operations", "membership"};
inline constexpr std::array<std::string_view, 2> answered_names{"delivered", "promised"};
inline constexpr std::array<std::string_view, 2> level_names{"byte", "record"};
inline constexpr std::array<std::string_view, 12> role_names{
  "equivocate",     "withhold-certificate", "forge-votes",   "outsider-echoes",
  "replay",         "anti-entropy-flood",   "mute",          "slow-drip",
  "crashing-input", "outlive-locks",        "other-network", "spoil-fragments"};
inline constexpr std::array<std::string_view, 19> fault_names{
  "partition", "cut",      "break",      "stall", "clog",      "slow-link", "refuse-dials",
  "crash",     "pause",    "slow",       "skew",  "jump",      "churn",     "torn-write",
  "bit-flip",  "no-space", "sync-fails", "throw", "kill-actor"};

constexpr std::string_view name_of(algorithm which) {
  return algorithm_names[static_cast<std::size_t>(which)];
}
constexpr std::string_view name_of(signatures which) {
  return signatures_names[static_cast<std::size_t>(which)];
}
constexpr std::string_view name_of(fault_kind which) {
  return fault_names[static_cast<std::size_t>(which)];
}
constexpr std::string_view name_of(fault_level which) {
  return level_names[static_cast<std::size_t>(which)];
}
constexpr std::string_view name_of(role_kind which) {
  return role_names[static_cast<std::size_t>(which)];
}

/// Which keys a kind of fault takes beside `kind`, `at` and `nodes`.
struct fault_rule {
  bool repeats = true; ///< takes `every` and `count`
  bool pair = false;   ///< `nodes` are two, from and to, or none
  bool lasts = false;
  bool level = false;
  bool offset = false;
  bool away = false;
  bool nth = false;
  bool conditions = false; ///< those of a link
  double amount_min = 0;   ///< takes `amount` if these two differ
  double amount_max = 0;
  std::span<const std::string_view> styles = {}; ///< takes `style` if there are any; the first is the default
};
const fault_rule& rule_of(fault_kind which);

} // namespace troupe::lab
