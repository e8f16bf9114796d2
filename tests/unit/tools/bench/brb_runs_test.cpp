// SPDX-License-Identifier: BSD-3-Clause
#include "tools/bench/brb_runs.hpp"

#include <catch2/catch.hpp>

using namespace troupe::bench;
namespace json = boost::json;

namespace {

const run_spec batched{own_name, 4, 64, 256, true, placement::processes};
const run_spec rival{original_name, 4, 64, 1, false, placement::processes};

member_figures member(double seconds, member_counts counts, std::vector<double> latencies = {},
                      double rss_mb = 1) {
  return {seconds, counts, 0, rss_mb, std::move(latencies)};
}

run_samples with_ops(double ops_s) {
  run_samples all;
  all.taken = 1;
  all.ops_s = {ops_s};
  return all;
}

std::vector<std::string> keys_of(const json::object& of) {
  std::vector<std::string> all;
  for (const auto& field : of)
    all.emplace_back(field.key());
  return all;
}

} // namespace

TEST_CASE("brb runs: the slowest member counts", "[unit][bench]") {
  REQUIRE(ops_per_second({member(2, {300}), member(1, {100}), member(4, {1000})}) == 100);
  REQUIRE(ops_per_second({}) == 0);
  REQUIRE(ops_per_second({member(0, {5})}) == 0);
}

TEST_CASE("brb runs: a refused command makes the run none", "[unit][bench]") {
  auto refused = member(1, {100});
  refused.failed = 1;
  REQUIRE(ops_per_second({member(1, {100}), refused}) == 0);
  run_samples all;
  add(all, {member(1, {100}), refused}, placement::processes);
  REQUIRE(all.taken == 1);
  REQUIRE(all.rss_mb.empty());
  REQUIRE(report_of(batched, all, 100).at("ops_s").is_null());
}

TEST_CASE("brb runs: frames and signatures are of all members per operation of the group", "[unit][bench]") {
  // Both members delivered the same 100 operations a second; one was measured for twice as long.
  const std::vector<member_figures> members{member(1, {100, 300, 100, 200}), member(2, {200, 200, 100, 300})};
  run_samples all;
  add(all, members, placement::processes);
  REQUIRE(all.messages_per_op == samples{4.0});   // 300 + 100 in a second, for 100 operations
  REQUIRE(all.signatures_per_op == samples{5.0}); // 300 + 200
  REQUIRE_FALSE(per_operation({member(1, {0, 5})}, [](const member_counts& c) { return c.frames; }));
  REQUIRE_FALSE(per_operation({}, [](const member_counts& c) { return c.frames; }));
}

TEST_CASE("brb runs: memory is the largest process or the one of all", "[unit][bench]") {
  const std::vector<member_figures> members{member(1, {10}, {}, 30), member(1, {10}, {}, 50)};
  run_samples apart;
  add(apart, members, placement::processes);
  REQUIRE(apart.rss_mb == samples{50});
  run_samples together;
  add(together, members, placement::one);
  REQUIRE(together.rss_mb == samples{30});
}

TEST_CASE("brb runs: latencies of all members are one sample", "[unit][bench]") {
  run_samples all;
  add(all, {member(1, {10}, {1, 2, 3}), member(1, {10}, {4, 5})}, placement::processes);
  REQUIRE(all.p50_ms == samples{3});
  REQUIRE(all.p99_ms == samples{5});
}

TEST_CASE("brb runs: a report has every key in order and null for what was not measured", "[unit][bench]") {
  const auto report = report_of(rival, with_ops(800), 100);
  REQUIRE(keys_of(report) == std::vector<std::string>{"algorithm", "n", "op_bytes", "batch", "fsync",
                                                      "placement", "load_pct", "ops_s", "p50_ms", "p99_ms",
                                                      "messages_per_op", "signatures_per_op", "rss_mb",
                                                      "samples"});
  REQUIRE(report.at("algorithm") == "brb-1.0.10");
  REQUIRE(report.at("placement") == "processes");
  REQUIRE(report.at("fsync") == false);
  REQUIRE(report.at("ops_s") == 800.0);
  for (const auto* key : {"p50_ms", "p99_ms", "messages_per_op", "signatures_per_op", "rss_mb"})
    REQUIRE(report.at(key).is_null());
  REQUIRE(report.at("samples").to_number<int>() == 1);
}

TEST_CASE("brb runs: one failed sample makes the figure null", "[unit][bench]") {
  REQUIRE(median_of({1, 0, 3}).is_null());
  REQUIRE(median_of({}).is_null());
  REQUIRE(median_of({3, 1, 2}) == 2.0);
}

TEST_CASE("brb runs: a ratio is taken at full load in the same placement only", "[unit][bench]") {
  auto elsewhere = rival;
  elsewhere.where = placement::one;
  json::array runs{report_of(batched, with_ops(50'000), 100), report_of(batched, with_ops(5'000), 10),
                   report_of(elsewhere, with_ops(10), 100), report_of(rival, with_ops(80), 10)};
  REQUIRE(times_original(runs, batched).is_null());
  REQUIRE(ratios_of(runs).empty());
  runs.push_back(report_of(rival, with_ops(800), 100));
  REQUIRE(times_original(runs, batched) == 62.5);
  REQUIRE(ratios_of(runs) == "n=4, 64 B, processes, batch 256, fsync yes: 62.5 times brb-1.0.10\n");
}

TEST_CASE("brb runs: a rival that failed has no ratio", "[unit][bench]") {
  REQUIRE(
    times_original({report_of(batched, with_ops(50'000), 100), report_of(rival, with_ops(0), 100)}, batched)
      .is_null());
}

TEST_CASE("brb runs: rivals are run when asked for whatever the batches", "[unit][bench]") {
  const auto rivals = [](const std::vector<run_spec>& all) {
    return std::count_if(all.begin(), all.end(), [](const auto& one) { return one.algorithm != own_name; });
  };
  REQUIRE(rivals(specs_of({}, {}, false)) == 0);
  REQUIRE(rivals(specs_of({4}, {256}, true)) == 3);
  for (const auto& one : specs_of({4}, {256}, true)) {
    REQUIRE(one.members == 4);
    REQUIRE(one.batch == (one.algorithm == own_name ? 256u : 1u));
    REQUIRE((one.algorithm == own_name || !one.fsync));
  }
}

TEST_CASE("brb runs: each own run of four with 64 B has a rival in its placement", "[unit][bench]") {
  const auto all = specs_of({4}, {}, true);
  for (const auto& own : all)
    if (own.algorithm == own_name && own.op_bytes == 64)
      REQUIRE(std::any_of(all.begin(), all.end(), [&](const auto& other) {
        return other.algorithm == original_name && other.where == own.where && other.op_bytes == 64;
      }));
}

TEST_CASE("brb runs: the table says failed of a failed run and nothing of what is not measured",
          "[unit][bench]") {
  const auto table = table_of({report_of(rival, with_ops(0), 100), report_of(batched, with_ops(5), 10)});
  REQUIRE(table.find("failed") != std::string::npos);
  const auto last = table.substr(table.rfind('\n', table.size() - 2));
  REQUIRE(last.find("failed") == std::string::npos);
  REQUIRE(last.find(" - ") != std::string::npos);
}
