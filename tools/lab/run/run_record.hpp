// SPDX-License-Identifier: BSD-3-Clause
// What is known of one run when it is over: everything the report, results.json, history.jsonl and a
// comparison are made of. Plain data; times count from the start of the run.
#pragma once

#include "messages/types/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::lab {

/// A node by number: 0 is the one scenarios call "n1".
using node_index = std::uint32_t;
/// "n1" for 0.
std::string node_name(node_index which);

enum class run_mode : std::uint8_t { sim, local };
enum class verdict : std::uint8_t { passed, failed, partial };

/// One operation of a workload as its caller saw it.
struct operation_record {
  enum class result : std::uint8_t { ok, failed, unknown }; ///< unknown: no answer; it may have happened
  node_index on = 0;
  std::string what; ///< "add 3"
  duration invoked{};
  std::optional<duration> answered; ///< nothing: never
  result outcome = result::unknown;
  std::string error; ///< the error's name, for failed
};

/// Something that was wrong on purpose, for as long as it lasted; both ends are the same for an instant.
struct fault_record {
  std::string kind;    ///< "partition"
  std::string subject; ///< "n1 n2 | n3 n4"
  duration from{};
  duration until{};
};

/// A message between two nodes, for the space-time diagram.
struct message_record {
  node_index from = 0;
  node_index to = 0;
  std::string name; ///< "brb.echo"
  duration sent{};
  duration received{};
  bool lost = false; ///< never arrived; `received` is when it was dropped
};

/// Something that happened on one node, for the same.
struct event_record {
  node_index node = 0;
  duration at{};
  std::string text; ///< "delivered n2.7"
};

struct check_result {
  std::string name;
  bool passed = true;
  std::string detail;                  ///< of the first violation; else what was checked, e.g. "412 slots"
  std::optional<duration> violated_at; ///< when the first violation was seen
  bool reached = true;                 ///< false: interrupted before it could be made; `passed` says nothing
};

struct run_record {
  std::string scenario;      ///< its name
  std::string scenario_file; ///< as the user named it; for the replay line
  std::string scenario_text; ///< the whole file, so that a result can be replayed when the file has changed
  std::string algorithm;
  std::uint64_t seed = 0;
  run_mode mode = run_mode::sim;
  std::string revision; ///< of the program's source
  verdict outcome = verdict::passed;
  bool interrupted = false; ///< it was stopped at `virtual_time`; partial, or failed before that
  bool expected_to_fail = false;
  std::string reason;     ///< why it is expected to
  std::string trace_hash; ///< 16 hexadecimal digits; empty in local mode
  std::uint64_t nodes = 0;
  std::uint64_t events = 0;   ///< actor resumptions and network deliveries; 0 in local mode
  std::uint64_t messages = 0; ///< frames that reached another node
  std::uint64_t bytes = 0;    ///< of their payloads
  duration virtual_time{};
  duration wall{};
  duration load_until{}; ///< when workloads and faults ended; what follows is the quiet phase
  std::vector<operation_record> operations;
  std::vector<fault_record> faults;
  std::vector<check_result> checks;
  std::vector<message_record> message_window; ///< around the first violation, or the end of the load
  std::vector<event_record> event_window;     ///< the same span
  std::vector<std::string> marks;             ///< rare branches that were hit, sorted
  std::vector<std::string> notes; ///< what a reader must know, e.g. faults that local mode left out
};

struct operation_counts {
  std::uint64_t ok = 0;
  std::uint64_t failed = 0;
  std::uint64_t unknown = 0;
};
operation_counts count(const run_record& run);

/// The failed check that was violated first, the earlier in the list of two; null if none failed.
const check_result* first_failed(const run_record& run);

} // namespace troupe::lab
