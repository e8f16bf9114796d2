// SPDX-License-Identifier: BSD-3-Clause
// `troupe bench brb` as a user runs it, measured for so short that its figures mean nothing.
#include "tools/bench/brb_group.hpp"
#include "tools/process/child_process.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace troupe;
namespace json = boost::json;

namespace {

const std::vector<std::string> short_bench{TROUPE_BINARY, "bench", "brb",       "--members", "4",
                                           "--samples",   "1",     "--seconds", "0.3"};

finished_process bench_run(std::vector<std::string> more, process_options options = {}) {
  auto command = short_bench;
  command.insert(command.end(), more.begin(), more.end());
  return run(command, {}, options, child_process::seconds{150});
}

process_options without_cargo() {
  process_options options;
  options.environment = {{"PATH", "/nonexistent"},
                         {"HOME", "/nonexistent"},
                         {"CARGO_HOME", ""},
                         {"XDG_CACHE_HOME", "/nonexistent"}};
  return options;
}

} // namespace

TEST_CASE("bench brb: the JSON has every key and every run its figures", "[system][bench]") {
  process_options output_only;
  output_only.merge_stderr = false;
  const auto done = bench_run({"--json"}, output_only);
  REQUIRE(done.code == 0);
  const auto report = json::parse(done.output).as_object();
  for (const auto* key : {"restart_ms", "join_ms", "rss_10m_ratio", "disk_10m_mb"})
    REQUIRE(report.at(key).is_null()); // measured with --long only
  for (const auto* key : {"sign_us", "verify_us"})
    REQUIRE(report.at(key).to_number<double>() > 0);
  bool processes = false;
  bool one = false;
  for (const auto& value : report.at("runs").as_array()) {
    const auto& run = value.as_object();
    CAPTURE(json::serialize(run));
    REQUIRE(run.size() == 14);
    REQUIRE(run.at("algorithm") == "troupe");
    REQUIRE(run.at("n").to_number<int>() == 4);
    REQUIRE(run.at("samples").to_number<int>() == 1);
    processes = processes || run.at("placement") == "processes";
    one = one || run.at("placement") == "one";
    for (const auto* key : {"ops_s", "p50_ms", "p99_ms", "rss_mb"})
      REQUIRE(run.at(key).to_number<double>() > 0);
    // Unbatched, each of the three others gets a request, an answer and a certificate at the least, and n
    // signatures are made; heartbeats come on top.
    const bool unbatched = run.at("batch").to_number<int>() == 1;
    REQUIRE(run.at("messages_per_op").to_number<double>() > (unbatched ? 7.0 : 0.03));
    REQUIRE(run.at("signatures_per_op").to_number<double>() > (unbatched ? 7.0 : 0.03));
  }
  REQUIRE((processes && one));
}

TEST_CASE("bench brb: the original is measured beside it and a missing cargo is told in one line",
          "[system][bench]") {
  const auto done = bench_run({"--rivals", "--batch", "1"}, without_cargo());
  CAPTURE(done.output);
  REQUIRE(done.code == 0);
  REQUIRE(done.output.find("no figures of brb-crate: cargo is not installed\n") != std::string::npos);
  REQUIRE(done.output.find("\nbrb-1.0.10 processes   4     64      1     no    100") != std::string::npos);
  REQUIRE(done.output.find("\nbrb-1.0.10 one         4     64      1     no    100") != std::string::npos);
  REQUIRE(done.output.find("\nbrb-crate ") == std::string::npos);
  REQUIRE(done.output.find("times brb-1.0.10") != std::string::npos);
}

TEST_CASE("bench brb: sizes and times it cannot measure are refused", "[system][bench]") {
  for (const auto& [flag, value] : {std::pair{"--members", "5"}, std::pair{"--batch", "2"},
                                    std::pair{"--seconds", "0"}, std::pair{"--samples", "0"}})
    REQUIRE(run({TROUPE_BINARY, "bench", "brb", flag, value}).code == 2);
}

TEST_CASE("bench brb: a joiner catches up and a restarted member serves again", "[system][bench]") {
  const temporary_directory data;
  bench::brb_group group{
    {bench::broadcast_algorithm::troupe, bench::placement::processes, 4, data.path(), 256, 64}};
  REQUIRE(group.ready());
  const auto filled = group.fill(2'000);
  REQUIRE(filled.size() == 4);
  for (const auto& one : filled)
    REQUIRE(one.counts.delivered >= 2'000);
  REQUIRE(group.join().has_value());
  REQUIRE(group.restart(1).has_value());
}
