// SPDX-License-Identifier: BSD-3-Clause
// What members measured, and the one line of JSON in which a process tells its parent.
#pragma once

#include "tools/bench/group_member.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace troupe::bench {

/// What a member did in the measured time.
struct member_figures {
  double seconds = 0;
  member_counts counts;             ///< in these seconds
  std::uint64_t failed = 0;         ///< own commands that were refused
  double rss_mb = 0;                ///< of the whole process
  std::vector<double> latencies_ms; ///< from command to delivery here, of own commands; sampled
};

std::string text_of(const std::vector<member_figures>& all);
/// Throws std::exception if it is not what text_of writes.
std::vector<member_figures> figures_of(std::string_view text);

} // namespace troupe::bench
