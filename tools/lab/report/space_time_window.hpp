// SPDX-License-Identifier: BSD-3-Clause
// What of a run the space-time diagram shows: the messages and events nearest to the first violation, or to
// the end of the load, and where on paper each instant lies. Pure.
#pragma once

#include "tools/lab/run/run_record.hpp"

#include <span>

namespace troupe::lab {

constexpr std::size_t diagram_messages_max = 160;
constexpr std::size_t diagram_events_max = 80;
constexpr std::size_t diagram_nodes_max = 16;

struct space_time_window {
  std::vector<message_record> messages; ///< by the time they were sent
  std::vector<event_record> events;     ///< by time; those of one node and instant are joined with "; "
  std::vector<node_index> nodes;        ///< that take part, ascending
  std::vector<duration>
    instants; ///< of everything above, of the first violation and of those in between; distinct
  std::size_t messages_left_out = 0;
  std::size_t events_left_out = 0;
  std::size_t nodes_left_out = 0;

  bool empty() const { return nodes.empty(); }
  /// Rows are instants, not seconds: 0 for the first, 1.5 for half way between the second and the third.
  double row(duration at) const;
};

/// The first violation of any check; nothing: there was none, or no time is known.
std::optional<duration> first_violation(const run_record& run);
space_time_window window_of(const run_record& run);

} // namespace troupe::lab
