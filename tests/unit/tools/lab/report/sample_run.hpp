// SPDX-License-Identifier: BSD-3-Clause
// A run for the tests of what is made from runs: some of everything, with text that would break a page.
#pragma once

#include "tools/lab/run/run_record.hpp"

namespace troupe::test {

inline lab::operation_record operation(std::int64_t invoked_ms, std::int64_t latency_ms,
                                       lab::operation_record::result outcome) {
  using std::chrono::milliseconds;
  lab::operation_record one{0, "add", milliseconds{invoked_ms}, {}, outcome, ""};
  if (outcome != lab::operation_record::result::unknown)
    one.answered = milliseconds{invoked_ms + latency_ms};
  return one;
}

inline const std::string nasty = "</td><script>alert('1' & \"2\")</script>";

inline lab::run_record sample_run() {
  using namespace std::chrono_literals;
  using result = lab::operation_record::result;
  lab::run_record run;
  run.scenario = "lost replies";
  run.scenario_file = "scenarios/lost replies.toml";
  run.scenario_text = "name = \"lost replies\" # <b>\n";
  run.algorithm = "troupe";
  run.seed = 18'446'744'073'709'551'615u;
  run.revision = "abc1234def";
  run.outcome = lab::verdict::failed;
  run.reason = nasty;
  run.trace_hash = "00112233445566ff";
  run.nodes = 4;
  run.events = 900;
  run.messages = 60;
  run.bytes = 6000;
  run.virtual_time = 2s;
  run.wall = 12ms;
  run.load_until = 1s;
  for (int i = 0; i < 10; ++i)
    run.operations.push_back(operation(i * 100, i + 1, result::ok));
  run.operations.push_back(operation(950, 20, result::failed));
  run.operations.back().error = nasty;
  run.operations.push_back(operation(960, 0, result::unknown));
  run.faults = {{"partition", "n1 n2 | n3 n4", 200ms, 400ms}, {"crash", "n2 " + nasty, 500ms, 500ms}};
  run.checks = {{"agreement", true, "10 slots", {}}, {"validity " + nasty, false, nasty, 950ms}};
  run.message_window = {{0, 1, "brb.send", 940ms, 945ms, false}, {1, 0, nasty, 946ms, 949ms, true}};
  run.event_window = {{1, 945ms, nasty}, {1, 945ms, "second"}};
  run.marks = {"brb.duplicate", nasty};
  run.notes = {nasty};
  return run;
}

} // namespace troupe::test
