// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/scenario/scenario_names.hpp"

namespace troupe::lab {
namespace {

static_assert(name_of(algorithm::bracha) == "bracha");
static_assert(name_of(role_kind::spoil_fragments) == role_names.back());
static_assert(name_of(fault_kind::crash) == "crash" && name_of(fault_kind::torn_write) == "torn-write");
static_assert(name_of(fault_kind::kill_actor) == fault_names.back());

constexpr std::array<std::string_view, 4> partition_styles{"halves", "one-way", "bridge", "isolate"};
constexpr std::array<std::string_view, 4> crash_styles{"restart", "lose-disk", "torn-write",
                                                       "flip-checkpoint"};
/// The children of the node's supervision tree by the names they have there.
constexpr std::array<std::string_view, 7> actor_styles{"any",        "store",    "crypto", "peers",
                                                       "membership", "datatype", "brb"};

constexpr std::array<fault_rule, fault_names.size()> rules{{
  {.lasts = true, .styles = partition_styles},             // partition
  {.pair = true, .lasts = true},                           // cut
  {.pair = true},                                          // break
  {.pair = true, .lasts = true},                           // stall
  {.lasts = true},                                         // clog
  {.pair = true, .lasts = true, .conditions = true},       // slow-link
  {.pair = true, .lasts = true},                           // refuse-dials
  {.lasts = true, .styles = crash_styles},                 // crash
  {.lasts = true},                                         // pause
  {.lasts = true, .amount_min = 0.01, .amount_max = 0.99}, // slow
  {.lasts = true, .amount_min = -0.9, .amount_max = 9},    // skew
  {.offset = true},                                        // jump
  {.repeats = false, .lasts = true, .away = true},         // churn
  {.level = true},                                         // torn-write
  {.level = true},                                         // bit-flip
  {.lasts = true, .level = true},                          // no-space
  {.lasts = true, .level = true},                          // sync-fails
  {.nth = true},                                           // throw
  {.styles = actor_styles},                                // kill-actor
}};

} // namespace

const fault_rule& rule_of(fault_kind which) {
  return rules[static_cast<std::size_t>(which)];
}

} // namespace troupe::lab
