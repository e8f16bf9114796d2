// SPDX-License-Identifier: BSD-3-Clause
#include "tests/unit/tools/lab/report/sample_run.hpp"
#include "tools/lab/report/fault_spans.hpp"
#include "tools/lab/report/plot.hpp"
#include "tools/lab/report/run_figures.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::lab;
using namespace std::chrono_literals;
using result = operation_record::result;

TEST_CASE("percentile: it is the nearest rank", "[unit][lab]") {
  std::vector<duration> values;
  for (int i = 100; i > 0; --i)
    values.emplace_back(i);
  CHECK(percentile(values, 500) == 50ns);
  CHECK(percentile(values, 990) == 99ns);
  CHECK(percentile(values, 991) == 100ns);
  CHECK(percentile(values, 1000) == 100ns);
  CHECK(percentile(values, 0) == 1ns);
  std::vector<duration> one{7ns};
  CHECK(percentile(one, 500) == 7ns);
}

TEST_CASE("timeline: operations count where they began and answers where they came", "[unit][lab]") {
  run_record run;
  run.virtual_time = 100ms;
  run.operations = {test::operation(5, 20, result::ok), test::operation(9, 2, result::failed),
                    test::operation(15, 0, result::unknown), test::operation(100, 0, result::ok)};
  const auto over = make_timeline(run, 10);
  CHECK(over.end == 100ms);
  CHECK(over.width == 10ms);
  REQUIRE(over.bins.size() == 10);
  CHECK(over.bins[0].invoked.ok == 1);
  CHECK(over.bins[0].invoked.failed == 1);
  CHECK(over.bins[0].availability() == 0.5);
  CHECK(over.bins[0].latency->max == 20ms);
  CHECK(over.bins[0].answered.ok == 0);
  CHECK(over.bins[1].answered.failed == 1);
  CHECK(over.bins[1].invoked.unknown == 1);
  CHECK(over.bins[1].availability() == 0.0);
  CHECK_FALSE(over.bins[1].latency);
  CHECK(over.bins[2].answered.ok == 1);
  CHECK_FALSE(over.bins[2].availability());
  CHECK(over.bins[9].invoked.ok == 1); // the end belongs to the last bin
}

TEST_CASE("timeline: it spans all that the record has a time for", "[unit][lab]") {
  run_record run;
  CHECK(make_timeline(run, 4).end == 4ns);
  run.operations = {test::operation(5, 20, result::ok)};
  CHECK(make_timeline(run, 4).end == 25ms);
  run.faults = {{"crash", "n1", 1ms, 30ms}};
  CHECK(make_timeline(run, 4).end == 30ms);
  run.operations[0].invoked = -1s;
  CHECK(make_timeline(run, 4).bins[0].invoked.ok == 1);
}

TEST_CASE("run figures: they are per operation answered ok", "[unit][lab]") {
  run_record run;
  CHECK_FALSE(figures_of(run).availability);
  CHECK_FALSE(figures_of(run).ok_share);
  CHECK_FALSE(figures_of(run).latency_p50_us);
  run.messages = 12;
  run.bytes = 100;
  run.operations = {test::operation(0, 0, result::unknown)};
  CHECK_FALSE(figures_of(run).messages_per_operation);
  CHECK(figures_of(run).availability == 0.0);
  run.operations.push_back(test::operation(0, 4, result::ok));
  run.operations.push_back(test::operation(0, 2, result::ok));
  run.operations.push_back(test::operation(0, 99, result::failed));
  const auto figures = figures_of(run);
  CHECK(figures.messages_per_operation == 6.0);
  CHECK(figures.bytes_per_operation == 50.0);
  CHECK(figures.latency_p50_us == 2000.0);
  CHECK(figures.latency_p90_us == 4000.0);
  CHECK(figures.latency_max_us == 4000.0);
  CHECK(figures.ok_share == 0.5);
}

TEST_CASE("run figures: availability weighs time and not operations", "[unit][lab]") {
  run_record run;
  run.virtual_time = 1s;
  for (int i = 0; i < 99; ++i)
    run.operations.push_back(test::operation(1, 1, result::ok));
  run.operations.push_back(test::operation(500, 0, result::unknown));
  CHECK(figures_of(run).ok_share == 0.99);
  CHECK(figures_of(run).availability == 0.5);
}

TEST_CASE("fault spans: what a plot cannot show apart is one", "[unit][lab]") {
  const std::vector<fault_record> faults{
    {"b", "", 10ms, 20ms}, {"a", "", 21ms, 30ms}, {"a", "", 12ms, 13ms}, {"a", "", 40ms, 40ms}};
  const auto all = joined_spans(faults, 1ms);
  REQUIRE(all.size() == 2);
  CHECK(all[0].from == 10ms);
  CHECK(all[0].until == 30ms);
  CHECK(all[0].faults == 3);
  CHECK(joined_spans(faults, 0ms).size() == 3);
  const auto rows = rows_by_kind(faults, 1ms, 10);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].kind == "b");
  CHECK(rows[1].spans.size() == 3);
}

TEST_CASE("fault spans: kinds beyond the cap share the last row", "[unit][lab]") {
  std::vector<fault_record> faults;
  for (int i = 0; i < 20; ++i)
    faults.push_back(
      {"kind" + std::to_string(i), "", std::chrono::milliseconds{i * 10}, std::chrono::milliseconds{i * 10}});
  const auto rows = rows_by_kind(faults, 1ms, 4);
  REQUIRE(rows.size() == 4);
  CHECK(rows[3].kind == "others");
  CHECK(rows[3].spans.size() == 17);
}

TEST_CASE("fault spans: a subject names its nodes", "[unit][lab]") {
  const auto nodes = [](const std::string& subject) { return nodes_of({"", subject, {}, {}}); };
  CHECK(nodes("n1 n2 | n3->n12,n2") == std::vector<node_index>{0, 1, 2, 11});
  CHECK(nodes("all").empty());
  CHECK(nodes("").empty());
  CHECK(nodes("n0 n01 n n1x node1 n99999999999").empty());
}

TEST_CASE("plot: marks are round and few", "[unit][lab]") {
  CHECK(time_marks(1s) == std::vector<duration>{0s, 200ms, 400ms, 600ms, 800ms, 1s});
  CHECK(time_marks(1ns) == std::vector<duration>{0ns, 1ns});
  CHECK(time_marks(duration::max()).size() < 12);
  CHECK(rounded_up(0) == 1);
  CHECK(rounded_up(7) == 10);
  CHECK(rounded_up(10) == 10);
  CHECK(rounded_up(101) == 200);
}

TEST_CASE("plot: a curve has gaps where a bin has no value and stays inside", "[unit][lab]") {
  const plot_frame frame{10s};
  markup to;
  draw_curve(to, frame, {"1", {0.5, 7.0, std::nullopt, -1.0, std::nullopt}, false});
  CHECK(to.finished() == "<path class=\"curve c1\" d=\"M181.6 73L360.8 8M719.2 138h0.01\"/>\n");
}
