// SPDX-License-Identifier: BSD-3-Clause
// Goal: what a run is told to do happens, is seen, and happens again from the same seed. Method: small
// scenarios as text, played in this process.
#include "tools/lab/check/check_groups.hpp"
#include "tools/lab/run/experiment.hpp"
#include "tools/lab/scenario/scenario_loader.hpp"
#include "tools/lab/scenario/scenario_names.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace troupe;
using namespace troupe::lab;
using namespace std::chrono_literals;

namespace {

const std::string base = R"(
format = 1
name = "test"
teaches = "nothing"
nodes = 4
load = "3s"
checks = ["all"]

[network]
detection = "1s"

[[workload]]
kind = "operations"
count = 10
every = "150ms"
)";

scenario parsed(const std::string& more) {
  auto made = parse_scenario(base + more, "test.toml");
  if (!made)
    FAIL(made.error().front().text);
  return std::move(*made);
}

run_record played(const std::string& more, std::uint64_t seed = 1) {
  experiment_options how;
  how.seed = seed;
  return play(parsed(more), how);
}

std::string fault(const std::string& kind, const std::string& keys) {
  return "\n[[fault]]\nkind = \"" + kind + "\"\n" + keys + "\n";
}

const check_result& result(const run_record& run, const std::string& name) {
  for (const auto& each : run.checks)
    if (each.name == name)
      return each;
  FAIL("no check " + name);
  return run.checks.front();
}

} // namespace

TEST_CASE("experiment: without faults everything asked for happens", "[sim][lab]") {
  const auto run = played("");
  CHECK(run.outcome == verdict::passed);
  CHECK(count(run).ok == 10);
  CHECK(run.faults.empty());
  CHECK(run.messages > 90); // 10 operations of three rounds to three others
  CHECK(run.virtual_time > duration{4s});
}

TEST_CASE("experiment: one seed gives one trace, another another", "[sim][lab]") {
  const auto more = fault("break", "every = \"500ms\"");
  const auto first = played(more, 3);
  CHECK(played(more, 3).trace_hash == first.trace_hash);
  CHECK(played(more, 4).trace_hash != first.trace_hash);
}

TEST_CASE("experiment: changing one line changes the trace", "[sim][lab]") {
  const auto first = played(fault("break", "every = \"500ms\""));
  CHECK(played(fault("break", "every = \"501ms\"")).trace_hash != first.trace_hash);
  // Even one that changes nothing of what happens.
  auto renamed = parsed(fault("break", "every = \"500ms\""));
  renamed.teaches = "something";
  CHECK(play(renamed, {}).trace_hash != first.trace_hash);
}

TEST_CASE("experiment: keeping windows or comparing all the time changes no trace", "[sim][lab]") {
  const auto what = parsed(fault("crash", "every = \"1s\"\nlasts = \"300ms\""));
  experiment_options plain;
  plain.for_report = false;
  experiment_options paranoid;
  paranoid.paranoid = true;
  CHECK(play(what, plain).trace_hash == play(what, paranoid).trace_hash);
}

TEST_CASE("experiment: every kind of fault strikes and is told of", "[sim][lab]") {
  const std::vector<std::pair<std::string, std::string>> all{
    {"partition", "at = \"1s\"\nlasts = \"500ms\""},
    {"cut", "at = \"1s\"\nlasts = \"500ms\""},
    {"break", "at = \"1s\""},
    {"stall", "at = \"1s\"\nlasts = \"500ms\""},
    {"clog", "at = \"1s\"\nlasts = \"500ms\""},
    {"slow-link", "at = \"1s\"\nlasts = \"500ms\"\ndelay_min = \"10ms\"\ndelay_mean = \"20ms\""},
    {"refuse-dials", "at = \"1s\"\nlasts = \"500ms\""},
    {"crash", "at = \"1s\"\nlasts = \"500ms\""},
    {"pause", "at = \"1s\"\nlasts = \"500ms\""},
    {"slow", "at = \"1s\"\nlasts = \"500ms\"\namount = 0.5"},
    {"skew", "at = \"1s\"\nlasts = \"500ms\"\namount = 0.1"},
    {"jump", "at = \"1s\"\noffset = \"1h\""},
    {"churn", "at = \"200ms\"\nlasts = \"500ms\"\naway = \"200ms\""},
    {"torn-write", "at = \"1s\""},
    {"no-space", "at = \"1s\"\nlasts = \"500ms\""},
    {"sync-fails", "at = \"1s\"\nlasts = \"500ms\""},
    {"throw", "at = \"1s\"\nnth = 1"},
    {"kill-actor", "every = \"200ms\""},
  };
  for (const auto& [kind, keys] : all) {
    INFO(kind);
    const auto run = played(fault(kind, keys), 2);
    CHECK(run.outcome == verdict::passed);
    REQUIRE_FALSE(run.faults.empty());
    CHECK(run.faults.front().kind == kind);
    CHECK(run.faults.front().from >= duration{1s});
  }
}

TEST_CASE("experiment: what is open may stay so when lost disks leave no quorum", "[sim][lab]") {
  const auto loses = [](const std::string& node, const std::string& at) {
    return fault("crash",
                 "at = \"" + at + "\"\nlasts = \"500ms\"\nstyle = \"lose-disk\"\nnodes = [\"" + node + "\"]");
  };
  const auto one = played(loses("n4", "1s"));
  CHECK(one.outcome == verdict::passed);
  CHECK(count(one).ok > 5);
  const auto two = played(loses("n4", "1s") + loses("n3", "1200ms"));
  CHECK(two.outcome == verdict::passed);
  CHECK(count(two).ok < 10);
  CHECK(result(two, "liveness").passed);
}

TEST_CASE("experiment: a crash is seen as the node's end and its next start", "[sim][lab]") {
  const auto run = played(fault("crash", "at = \"1s\"\nlasts = \"500ms\"\nnodes = [\"n2\"]"));
  std::vector<std::string> of_n2;
  for (const auto& event : run.event_window)
    if (event.node == 1 && (event.text == "starts" || event.text == "is down"))
      of_n2.push_back(event.text);
  CHECK(of_n2 == std::vector<std::string>{"starts", "is down", "starts"});
}

TEST_CASE("experiment: a node whose disk is lost stays away", "[sim][lab]") {
  const auto run =
    played(fault("crash", "at = \"1s\"\nlasts = \"500ms\"\nstyle = \"lose-disk\"\nnodes = [\"n4\"]"));
  CHECK(run.outcome == verdict::passed);
  CHECK(std::find(run.marks.begin(), run.marks.end(), "RefusedToStart") != run.marks.end());
}

TEST_CASE("experiment: frames the network loses are in the diagram", "[sim][lab]") {
  auto what = parsed("");
  what.network.everywhere.raw.drop = 300'000;
  const auto run = play(what, {});
  const auto lost = std::count_if(run.message_window.begin(), run.message_window.end(),
                                  [](const message_record& each) { return each.lost; });
  CHECK(lost > 0);
  for (const auto& each : run.message_window)
    CHECK(each.sent <= each.received);
}

TEST_CASE("experiment: liveness fails where a quorum cannot be", "[sim][lab]") {
  auto what = parsed(
    "\n[[byzantine]]\nnode = \"n3\"\nrole = \"mute\"\n\n[[byzantine]]\nnode = \"n4\"\nrole = \"mute\"\n");
  what.settle = 5s;
  const auto run = play(what, {});
  CHECK(run.outcome == verdict::failed);
  CHECK_FALSE(result(run, "liveness").passed);
  CHECK(result(run, "agreement").passed);
}

TEST_CASE("experiment: an equivocator that is caught is voted out, asked for or not", "[sim][lab]") {
  const auto with = [](const std::string& more) {
    auto what = parsed("\n[[byzantine]]\nnode = \"n4\"\nrole = \"equivocate\"\n" + more);
    what.checks = {{"equivocators-expelled"}};
    return result(play(what, {}), "equivocators-expelled");
  };
  const auto expelled = with("");
  CHECK(expelled.passed);
  CHECK(expelled.detail == "1 sources caught");
  const auto gone = with("\n[[workload]]\nkind = \"membership\"\nleave = [\"n4\"]\nfirst = \"2500ms\"\n");
  CHECK(gone.passed);
  CHECK(gone.detail == "1 sources caught");
}

TEST_CASE("experiment: a liar that shows one content only is not caught", "[sim][lab]") {
  auto what = parsed("\n[[byzantine]]\nnode = \"n4\"\nrole = \"withhold-certificate\"\n");
  what.checks = {{"equivocators-expelled"}};
  CHECK(result(play(what, {}), "equivocators-expelled").detail == "0 sources caught");
}

TEST_CASE("experiment: an interrupted run is partial and still tells what it saw", "[sim][lab]") {
  experiment_options how;
  int asked = 0;
  how.interrupted = [&] { return ++asked > 12; };
  const auto run = play(parsed(""), how);
  CHECK(run.outcome == verdict::partial);
  CHECK(run.operations.size() < 10);
  CHECK(run.checks.size() == checks_meant("all").size());
  CHECK(run.interrupted);
  for (const auto* name : {"liveness", "validity", "equal-states", "durability", "membership-agreement"}) {
    INFO(name);
    CHECK_FALSE(result(run, name).reached);
    CHECK(result(run, name).detail.empty());
  }
  CHECK(result(run, "agreement").reached);
}

TEST_CASE("experiment: an interrupted run is repeated up to the same moment", "[sim][lab]") {
  const auto more = fault("break", "every = \"500ms\"");
  int whole = 0;
  experiment_options counted;
  counted.interrupted = [&] { return ++whole < 0; };
  play(parsed(more), counted);
  for (const int patience : {3, whole / 3, whole - 5, whole - 1}) { // the last ones end in the quiet phase
    CAPTURE(patience);
    experiment_options how;
    int asked = 0;
    how.interrupted = [&] { return ++asked > patience; };
    const auto first = play(parsed(more), how);
    REQUIRE(first.interrupted);
    experiment_options again;
    again.stop_at = first.virtual_time;
    const auto second = play(parsed(more), again);
    CHECK(second.interrupted);
    CHECK(second.virtual_time == first.virtual_time);
    CHECK(second.trace_hash == first.trace_hash);
  }
}

TEST_CASE("experiment: a join that is refused tells why", "[sim][lab]") {
  auto what = parsed("\n[[workload]]\nkind = \"membership\"\nfirst = \"500ms\"\n");
  what.nodes = 8;
  what.voters = 7;
  std::get<membership_spec>(what.workloads.at(1)).join = {7};
  what.settle = 5s;
  const auto run = play(what, {});
  CHECK(run.outcome == verdict::failed);
  CHECK(result(run, "liveness").detail == "n8 is no member yet (MembersAtCapacity)");
}

TEST_CASE("experiment: a trace is kept for whoever asks", "[sim][lab]") {
  experiment_options how;
  how.trace = std::make_shared<trace_recorder>(100);
  play(parsed(""), how);
  CHECK(how.trace->dropped() > 0);
  CHECK(how.trace->finish({}).records.size() == 100);
}
