// SPDX-License-Identifier: BSD-3-Clause
// Which groups `troupe bench brb` measures, and what it says of them. Pure.
#pragma once

#include "tools/bench/brb_group.hpp"
#include "tools/bench/samples.hpp"

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace troupe::bench {

/// One group under full load and then under a tenth of what that gave.
struct run_spec {
  std::string algorithm; ///< as the report names it
  std::size_t members;
  std::size_t op_bytes;
  std::uint64_t batch; ///< operations that share a broadcast at most; 1 = unbatched
  bool fsync;
  placement where;
};

inline const std::string own_name = "troupe";
inline const std::string original_name = "brb-1.0.10"; ///< the port, on troupe's sessions
inline const std::string crate_name = "brb-crate";     ///< the published crate, in memory

/// What is run: of these sizes and batches (empty = all), the rivals only if asked for.
std::vector<run_spec> specs_of(const std::vector<std::size_t>& members,
                               const std::vector<std::uint64_t>& batches, bool rivals);

/// One run at one load, a value a sample; what was not measured has none.
struct run_samples {
  std::size_t taken = 0;
  samples ops_s;
  samples p50_ms;
  samples p99_ms;
  samples messages_per_op;
  samples signatures_per_op;
  samples rss_mb;
};

/// Operations per second that every member has delivered: the slowest counts. 0 if one was refused a command.
double ops_per_second(const std::vector<member_figures>& members);
/// `each` is what a member counted; of all of them together, per operation that the group has delivered (the
/// mean of its members). Nothing if none was delivered.
std::optional<double> per_operation(const std::vector<member_figures>& members,
                                    std::uint64_t (*each)(const member_counts&));
/// A run without members (a process died) counts as one with 0 operations.
void add(run_samples& to, const std::vector<member_figures>& members, placement where);

/// The median; null if there is no value, or one of them is no figure (0).
boost::json::value median_of(const samples& values);
boost::json::object report_of(const run_spec& what, const run_samples& all, int load_pct);

/// How many times as many operations per second at full load our run gave as the original's of the same
/// size, operation and placement. Null if either is missing.
boost::json::value times_original(const boost::json::array& runs, const run_spec& ours);

/// A line per run, and what is worth comparing.
std::string table_of(const boost::json::array& runs);
std::string ratios_of(const boost::json::array& runs);
/// "failed" for null.
std::string number_text(const boost::json::value& number, int digits);

} // namespace troupe::bench
