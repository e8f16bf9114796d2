// SPDX-License-Identifier: BSD-3-Clause
// The figures of `troupe bench sim`, each measured once per call, in processes of its own: the caller repeats
// and takes medians. All of them play production node trees under the laboratory's scheduler, network, checks
// and trace hash, but for `jobs_s`, which is what the scheduler does with actors that do nothing. A figure of
// 0 means that a run failed.
#pragma once

#include <cstddef>

namespace troupe::bench {

constexpr unsigned sim_jobs = 2; ///< processes side by side where a figure says "two jobs"
constexpr std::size_t idle_swarm_size = 1000;

/// Frames between the nodes of a group of four per second, with many operations in flight; two jobs.
double sim_messages_s();
/// Resumptions of actors with an empty handler per second; two jobs.
double sim_jobs_s();
/// Resident memory per node, in bytes, of idle_swarm_size connected and idle nodes: 16 voters, degree 16.
double sim_bytes_per_node();
/// Whole runs per minute of 20 operations on four nodes: set-up, load, quiet phase, checks, tear-down; two
/// jobs.
double sim_schedules_min(bool real_signatures);
/// Virtual seconds per second of 50 nodes, 7 of them voters, with ten operations a second.
double sim_swarm_speedup();
/// Seconds to write the results and the report of a run with 1,000,000 events.
double sim_report_s();

} // namespace troupe::bench
