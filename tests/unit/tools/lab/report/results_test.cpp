// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/scratch_folder.hpp"
#include "tests/unit/tools/lab/report/sample_run.hpp"
#include "tools/lab/report/history.hpp"
#include "tools/lab/report/json_text.hpp"
#include "tools/lab/report/replay_line.hpp"
#include "tools/lab/report/results_folder.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

using namespace troupe;
using namespace troupe::lab;
using namespace std::chrono_literals;
namespace json = boost::json;
using Catch::Contains;

namespace {

void put(const std::filesystem::path& file, std::string_view text) {
  std::ofstream(file, std::ios::binary) << text;
}

std::string get(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

std::string complaint(const json::value& value) {
  const auto read = results_from(value);
  REQUIRE_FALSE(read);
  CHECK(read.error().text.find('\n') == std::string::npos);
  return read.error().text;
}

json::object sample_object() {
  const auto run = test::sample_run();
  return results_object(run, figures_of(run), "results/x");
}

} // namespace

TEST_CASE("results: the object has the fields that the command line promises in their order", "[unit][lab]") {
  const auto object = sample_object();
  std::vector<std::string> first;
  for (const auto& member : object)
    if (first.size() < 10)
      first.emplace_back(member.key().data(), member.key().size());
  CHECK(first == std::vector<std::string>{"verdict", "seed", "trace_hash", "events", "messages", "virtual_s",
                                          "wall_s", "operations", "checks", "results_dir"});
  CHECK(object.at("verdict") == "failed");
  CHECK(object.at("seed").as_uint64() == 18'446'744'073'709'551'615u);
  CHECK(object.at("virtual_s").as_double() == 2.0);
  CHECK(object.at("operations") == json::value({{"ok", 10u}, {"failed", 1u}, {"unknown", 1u}}));
  CHECK(object.at("checks").at(0) ==
        json::value({{"name", "agreement"}, {"passed", true}, {"detail", "10 slots"}}));
  CHECK(object.at("checks").at(1).at("violated_at_s").as_double() == Approx(0.95));
}

TEST_CASE("results: what is written to a folder is read back", "[unit][lab]") {
  const test::scratch_folder scratch;
  const auto folder = scratch.path() / "results" / "one";
  const auto run = test::sample_run();
  REQUIRE(write_results(run, folder));
  const auto read = read_results(folder);
  REQUIRE(read);
  CHECK(read->run.scenario == run.scenario);
  CHECK(read->run.scenario_file == run.scenario_file);
  CHECK(read->run.scenario_text == run.scenario_text);
  CHECK(read->run.algorithm == run.algorithm);
  CHECK(read->run.seed == run.seed);
  CHECK(read->run.mode == run.mode);
  CHECK(read->run.revision == run.revision);
  CHECK(read->run.outcome == run.outcome);
  CHECK(read->run.expected_to_fail == run.expected_to_fail);
  CHECK(read->run.reason == run.reason);
  CHECK(read->run.trace_hash == run.trace_hash);
  CHECK(read->run.nodes == run.nodes);
  CHECK(read->run.events == run.events);
  CHECK(read->run.messages == run.messages);
  CHECK(read->run.bytes == run.bytes);
  CHECK(read->run.virtual_time == run.virtual_time);
  CHECK(read->run.wall == run.wall);
  CHECK(read->run.load_until == run.load_until);
  CHECK(read->run.marks == run.marks);
  CHECK(read->run.notes == run.notes);
  REQUIRE(read->run.checks.size() == 2);
  CHECK(read->run.checks[1].name == run.checks[1].name);
  CHECK(read->run.checks[1].violated_at == run.checks[1].violated_at);
  CHECK_FALSE(read->run.checks[0].violated_at);
  REQUIRE(read->run.faults.size() == 2);
  CHECK(read->run.faults[0].subject == run.faults[0].subject);
  CHECK(read->run.faults[0].until == run.faults[0].until);
  CHECK(read->operations.ok == 10);
  CHECK(read->operations.failed == 1);
  CHECK(read->operations.unknown == 1);
  CHECK(*read->figures.messages_per_operation == 6);
  CHECK(*read->figures.latency_p99_us == 10'000);
  CHECK_THAT(get(folder / "report.html"), Contains("lost replies"));
}

TEST_CASE("results: text that is no UTF-8 is written so that it can be read", "[unit][lab]") {
  const test::scratch_folder scratch;
  auto run = test::sample_run();
  run.scenario_text = "a\xff\x01z";
  REQUIRE(write_results(run, scratch.path()));
  const auto read = read_results(scratch.path());
  REQUIRE(read);
  CHECK(read->run.scenario_text == "a\xef\xbf\xbd\x01z");
}

TEST_CASE("results: a folder without results is refused with its name", "[unit][lab]") {
  const test::scratch_folder scratch;
  CHECK_THAT(read_results(scratch.path() / "none").error().text, Contains("none: there is no such folder"));
  CHECK_THAT(read_results(scratch.path()).error().text, Contains("has no results.json"));
  put(scratch.path() / "results.json", "{\"verdict\": ");
  CHECK_THAT(read_results(scratch.path()).error().text, Contains("results.json: it is damaged: "));
  put(scratch.path() / "results.json", "");
  CHECK_THAT(read_results(scratch.path()).error().text, Contains("it is damaged: "));
  put(scratch.path() / "results.json", "[1]");
  CHECK_THAT(read_results(scratch.path()).error().text, Contains("holds no JSON object"));
  put(scratch.path() / "results.json", "{\"name\": 1}");
  CHECK_THAT(read_results(scratch.path()).error().text, Contains("no result of the laboratory"));
}

TEST_CASE("results: a results.json that is too large is not read", "[unit][lab]") {
  const test::scratch_folder scratch;
  put(scratch.path() / "results.json", "{}");
  std::filesystem::resize_file(scratch.path() / "results.json", results_bytes_max + 1);
  CHECK_THAT(read_results(scratch.path()).error().text, Contains("too large"));
}

TEST_CASE("results: a folder that cannot be made or written is refused with the reason", "[unit][lab]") {
  const test::scratch_folder scratch;
  put(scratch.path() / "file", "");
  CHECK_THAT(write_results(test::sample_run(), scratch.path() / "file" / "below").error().text,
             Contains("cannot make"));
  std::filesystem::create_directories(scratch.path() / "full" / "history.jsonl");
  CHECK_THAT(write_results(test::sample_run(), scratch.path() / "full").error().text,
             Contains("cannot write") && Contains("history.jsonl"));
}

TEST_CASE("results: another format is refused with what to do", "[unit][lab]") {
  auto object = sample_object();
  object["format"] = 2;
  CHECK(complaint(object) == "it has format 2, this program reads 1: use the newer program that wrote it");
  object["format"] = 0;
  CHECK(complaint(object) == "it has format 0, this program reads 1: run the scenario again");
}

TEST_CASE("results: each field that is missing or of another kind is named", "[unit][lab]") {
  const auto whole = sample_object();
  REQUIRE(results_from(whole));
  for (const auto& member : whole) {
    const std::string name(member.key().data(), member.key().size());
    if (name == "results_dir" || name == "faults_left_out") // for people and other programs only
      continue;
    auto object = whole;
    object.erase(name);
    if (name == "interrupted") // older results have none
      REQUIRE(results_from(object));
    else
      CHECK_THAT(complaint(object), Contains("\"" + name + "\""));
    object[name] = json::object{{"other", 1}};
    if (name != "operations" && name != "figures")
      CHECK_THAT(complaint(object), Contains("\"" + name + "\""));
    object[name] = json::array{1};
    CHECK_THAT(complaint(object), Contains("\"" + name + "\""));
  }
}

TEST_CASE("results: a check that was not made is null and comes back so", "[unit][lab]") {
  auto run = test::sample_run();
  run.outcome = verdict::partial;
  run.interrupted = true;
  run.checks = {{"agreement", true, "1 slots", {}}, {"liveness", true, "", {}, false}};
  auto object = results_object(run, {}, "");
  CHECK(object.at("checks").at(0).at("passed") == true);
  CHECK(object.at("checks").at(1).at("passed").is_null());
  const auto read = results_from(object);
  REQUIRE(read);
  CHECK(read->run.checks[0].reached);
  CHECK_FALSE(read->run.checks[1].reached);
  CHECK(read->run.checks[1].passed);
  CHECK(read->run.interrupted);
  object.erase("interrupted");
  CHECK(results_from(object)->run.interrupted); // as it was written before there was the field
}

TEST_CASE("results: numbers out of range are refused", "[unit][lab]") {
  auto object = sample_object();
  for (const json::value& bad : {json::value(-1), json::value(1.5), json::value("1")}) {
    object["seed"] = bad;
    CHECK_THAT(complaint(object), Contains("\"seed\" is missing or not a whole number"));
  }
  object = sample_object();
  for (const json::value& bad : {json::value(-1), json::value(1e300), json::value("1")}) {
    object["virtual_s"] = bad;
    CHECK_THAT(complaint(object), Contains("\"virtual_s\" is missing or not seconds"));
  }
  object = sample_object();
  object["verdict"] = "maybe";
  CHECK_THAT(complaint(object), Contains("\"verdict\" is missing or not passed, failed or partial"));
}

TEST_CASE("results: faults beyond the cap are counted", "[unit][lab]") {
  auto run = test::sample_run();
  run.faults.assign(listed_faults_max + 3, {"crash", "n1", 1s, 2s});
  const auto object = results_object(run, {}, "");
  CHECK(object.at("faults").as_array().size() == listed_faults_max);
  CHECK(object.at("faults_left_out").as_uint64() == 3);
}

TEST_CASE("results: the verdict says what was expected", "[unit][lab]") {
  run_record run;
  CHECK(verdict_text(run) == "passed");
  run.expected_to_fail = true;
  CHECK(verdict_text(run) == "passed: the failure this scenario expects needs another seed");
  run.outcome = verdict::failed;
  CHECK(verdict_text(run) == "failed as expected");
  run.outcome = verdict::partial;
  CHECK(verdict_text(run) == "partial");
  run.expected_to_fail = false;
  run.outcome = verdict::failed;
  CHECK(verdict_text(run) == "failed");
}

TEST_CASE("history: a line per operation in the order of invocation", "[unit][lab]") {
  run_record run;
  run.operations = {
    {1, "add \"3\"\n", 1500us, 1500us + 1234567ns, operation_record::result::failed, "Timeout"},
    {0, "remove", 2us, {}, operation_record::result::unknown, ""},
    {11, "\xff", 2us, 3us, operation_record::result::ok, ""}};
  std::istringstream lines(history_lines(run));
  std::vector<json::value> all;
  for (std::string line; std::getline(lines, line);)
    all.push_back(json::parse(line));
  REQUIRE(all.size() == 3);
  CHECK(all[0].at("process") == "n1");
  CHECK(all[0].at("answer_us").is_null());
  CHECK(all[0].at("result") == "unknown");
  CHECK(all[1].at("process") == "n12");
  CHECK(all[1].at("what") == "\xef\xbf\xbd");
  CHECK(all[2].at("what") == "add \"3\"\n");
  CHECK(all[2].at("invoke_us").to_number<double>() == 1500);
  CHECK(all[2].at("answer_us").to_number<double>() == Approx(2734.567));
  CHECK(all[2].at("error") == "Timeout");
}

TEST_CASE("json text: it is indented for people and parses to the same value", "[unit][lab]") {
  const json::value value{
    {"a", 1.5}, {"b", {1, -2, nullptr}}, {"c", json::object{}}, {"d\x1f", "\"\\\t\u00e9"}};
  CHECK(json::parse(json_text(value)) == value);
  CHECK(json::parse(json_line(value)) == value);
  CHECK(json_text({{"a", 1.5}, {"b", {1, 2}}}) == "{\n  \"a\": 1.5,\n  \"b\": [1, 2]\n}\n");
  CHECK(json_line(json::value(std::numeric_limits<double>::infinity())) == "null\n");
}

TEST_CASE("replay line: it can be pasted into a shell", "[unit][lab]") {
  run_record run;
  run.scenario = "lost";
  run.seed = 7;
  CHECK(replay_line(run) == "troupe lab replay lost --seed 7");
  run.scenario_file = "a/lost.toml";
  run.revision = "abc1234def";
  CHECK(replay_line(run) == "troupe lab replay a/lost.toml --seed 7  # (rev abc1234)");
  run.scenario_file = "it's $(x).toml";
  CHECK(replay_line(run) == "troupe lab replay 'it'\\''s $(x).toml' --seed 7  # (rev abc1234)");
  run.mode = run_mode::local;
  run.scenario_file = "a.toml";
  CHECK(replay_line(run) == "troupe lab run a.toml --mode local --seed 7  # (rev abc1234)");
}
