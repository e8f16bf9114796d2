// SPDX-License-Identifier: BSD-3-Clause
// The names scenarios know checks by, each with what it says of a run. Source: spec: brb 8.5.
#pragma once

#include <array>
#include <string_view>

namespace troupe::lab {

struct check_name {
  std::string_view name;
  std::string_view says;
  bool in_groups = true; ///< false: only scenarios that name it ask for it
};

inline constexpr std::array<check_name, 17> check_names{{
  {"agreement", "at most one content is delivered for a slot, by anybody"},
  {"no-double-echo", "no correct node vouches for two contents of one slot"},
  {"locked-first", "no correct node vouches for what it has not stored"},
  {"validity", "what correct sources were promised happens, once; what was refused does not"},
  {"source-order", "each source's operations are delivered in order, without a gap"},
  {"membership-agreement", "correct nodes of one generation agree on its members"},
  {"votes-cast", "a decision is made of votes that their voters have cast"},
  {"equal-states", "correct nodes that have delivered the same read the same"},
  {"durability", "what a node has delivered is on its disk"},
  {"bounded-memory", "windows, backlogs and queues stay within their caps"},
  {"no-orphans", "when a node ends, all its actors end"},
  {"no-restart-storm", "no supervisor runs out of restarts, and nothing crashes that was not made to"},
  {"liveness", "after the faults end, all correct members end equal, with nothing pending"},
  {"equivocators-expelled", "a source caught with two contents of one slot ends outside the group", false},
  {"bounded-history", "no node keeps more than 128 delivered slots with what proves them", false},
  {"bounded-answers", "no correct node sends one peer more than 100 frames in 100 ms", false},
  {"few-connections", "connections are made for peers and not for messages: at most two for any two nodes",
   false},
}};

constexpr bool is_check_name(std::string_view text) {
  for (const auto& known : check_names)
    if (known.name == text)
      return true;
  return false;
}

} // namespace troupe::lab
