// SPDX-License-Identifier: BSD-3-Clause
// A sweep for people and for programs. Pure.
#pragma once

#include "tools/lab/sweep/sweep.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace troupe::lab {

/// The marks its scenarios could hit and none did, sorted.
std::vector<std::string_view> marks_never_hit(const sweep_plan& plan, const sweep_outcome& outcome);
double schedules_per_minute(const sweep_outcome& outcome);

/// Where the failure of a sweep was kept, and how it is repeated.
struct kept_failure {
  std::string replay; ///< the line
  std::string folder; ///< empty if it could not be kept
};

constexpr std::size_t marks_shown_max = 6; ///< of a short sweep, unless all are asked for
/// From so many schedules on a mark that was never hit says something.
constexpr std::uint64_t telling_schedules = 1000;

std::string sweep_text(const sweep_plan& plan, const sweep_outcome& outcome, const kept_failure& kept,
                       bool all_marks = false);
/// {"schedules","planned","partial","schedules_min","wall_s","messages","events","checks","operations":{..},
/// "scenarios":[{"name","file","expect","passed","failed","failed_seeds":[the least 20]}],
/// "failure":{..} or null,"never_failed":[names],
/// "marks":[..],"marks_never_hit":[..]}
boost::json::object sweep_object(const sweep_plan& plan, const sweep_outcome& outcome,
                                 const kept_failure& kept);

} // namespace troupe::lab
