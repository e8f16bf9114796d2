// SPDX-License-Identifier: BSD-3-Clause
// What each subcommand takes and where it is run. main.cpp is the only file that sees CLI11; everything below is plain.
// Exit codes: 0 ok, 1 failed, 2 usage, 3 partial.
#pragma once

#include "node/config/config_loader.hpp"

#include <string>
#include <vector>

namespace troupe::cli {

constexpr int exit_ok = 0;
constexpr int exit_failed = 1;
constexpr int exit_usage = 2;
constexpr int exit_partial = 3;

/// `troupe: what: why (what to do)` on standard error.
void complain(const std::string& line);

struct config_options {
  config_sources sources; ///< file and flags; the environment is added when loading
  bool json = false;
};

int run_node(const config_options& options);
int run_config_show(const config_options& options);
int run_config_check(const config_options& options);

struct keygen_options {
  std::string file; ///< where the key goes; never overwritten
  bool json = false;
};
int run_keygen(const keygen_options& options);

struct demo_options {
  bool json = false;
};
int run_demo(const demo_options& options);

struct bench_options {
  bool json = false;
  bool rivals = false;
  unsigned samples = 5;
  std::vector<std::string> only; ///< of bench_link_parts; empty = all
};
inline const std::vector<std::string> bench_link_parts{"stream", "messages", "ping", "loaded", "handshakes", "idle"};
int run_bench_link(const bench_options& options);
struct sim_bench_options {
  bool json = false;
  unsigned samples = 5;
  std::vector<std::string> only; ///< of bench_sim_figures; empty = all
};
inline const std::vector<std::string> bench_sim_figures{"messages_s",    "jobs_s",               "bytes_per_node",
                                                        "schedules_min", "schedules_min_signed", "swarm50_speedup",
                                                        "report_s"};
int run_bench_sim(const sim_bench_options& options);
struct brb_bench_options {
  bool json = false;
  bool rivals = false; ///< brb 1.0.10 too: ported, and as it was published
  double seconds = 3;  ///< measured time of each run at each load
  unsigned samples = 5;
  std::vector<std::size_t> members; ///< groups of these sizes only; empty = all
  bool long_runs = false; ///< restart, join, memory and disk over ten million operations too
  std::vector<std::uint64_t> batches; ///< with batches of these sizes only; empty = all
};
int run_bench_brb(const brb_bench_options& options);
/// The other process of the benchmark; started by run_bench_link only.
int run_bench_link_listener();

} // namespace troupe::cli
