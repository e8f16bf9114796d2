// SPDX-License-Identifier: BSD-3-Clause
// The subcommands of `troupe lab` as a user meets them: what they print, what they leave, how they exit.
#include "tests/system/tools/lab/lab_process.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <csignal>
#include <iterator>

using namespace troupe;
using namespace troupe::test;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

std::string content_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

void replace_in(const std::string& path, const std::string& what, const std::string& with) {
  auto text = content_of(path);
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  std::ofstream{path, std::ios::binary} << text.replace(at, what.size(), with);
}

/// A place with the result folder of a failing run.
std::string failed_run(const lab_place& place) {
  place.write("failing.toml", failing_scenario);
  const auto got = place.lab({"run", "failing.toml", "--seed", "1"});
  INFO(got.output);
  REQUIRE(got.code == 1);
  REQUIRE(place.results().size() == 1);
  return place.results().front();
}

} // namespace

TEST_CASE("lab sweep: passes, keeps nothing and counts", "[system][lab]") {
  const lab_place place;
  place.write("sound.toml", sound_scenario);
  const auto got = place.lab({"sweep", "sound.toml", "--seeds", "1..6"});
  INFO(got.output);
  REQUIRE(got.code == 0);
  REQUIRE_THAT(got.output, Contains("sound: 6 passed, 0 failed\n6 of 6 schedules in "));
  REQUIRE_THAT(got.output,
               Contains("operations: ") && Contains(" checks made") && Contains("marks never hit: "));
  REQUIRE(place.results().empty());
}

TEST_CASE("lab sweep: one and two jobs see the same", "[system][lab]") {
  const lab_place place;
  place.write("sound.toml", sound_scenario);
  std::vector<std::string> counted;
  for (const auto* jobs : {"1", "2", "2"}) {
    const auto got = place.lab({"sweep", "sound.toml", "--seeds", "1..8", "--jobs", jobs, "--json"});
    REQUIRE(got.code == 0);
    counted.push_back(value_after(got.output, "\"messages\":", '}'));
  }
  REQUIRE_FALSE(counted[0].empty());
  REQUIRE(counted[0] == counted[1]);
  REQUIRE(counted[0] == counted[2]);
}

TEST_CASE("lab sweep: stops at the first failure and leaves what replays it", "[system][lab]") {
  const lab_place place;
  place.write("sound.toml", sound_scenario);
  place.write("failing.toml", failing_scenario);
  const auto got = place.lab({"sweep", "sound.toml", "failing.toml", "--seeds", "1..1000"});
  INFO(got.output);
  REQUIRE(got.code == 1);
  const auto seed = value_after(got.output, "replay: troupe lab replay failing.toml --seed ", ' ');
  REQUIRE_FALSE(seed.empty());
  REQUIRE_THAT(got.output, Contains("  # (rev "));
  REQUIRE(place.results().size() == 1);
  const auto folder = place.results().front();
  REQUIRE(fs::exists(place.path() + "/" + folder + "/report.html"));
  const auto again = place.lab({"replay", "failing.toml", "--seed", seed, "--json"});
  REQUIRE(again.code == 1);
  const auto hash = value_after(again.output, "\"trace_hash\":\"", '"');
  REQUIRE(hash.size() == 16);
  REQUIRE_THAT(content_of(place.path() + "/" + folder + "/results.json"), Contains(hash));
}

TEST_CASE("lab sweep: a failure that is expected counts and must come", "[system][lab]") {
  const lab_place place;
  const std::string expectation = "format = 1\nexpect = \"fail\"\nreason = \"so it is\"\n";
  place.write("failing.toml", expectation + failing_scenario.substr(11));
  place.write("sound.toml", expectation + sound_scenario.substr(11));
  const auto expected = place.lab({"sweep", "failing.toml", "--seeds", "1..5"});
  INFO(expected.output);
  REQUIRE(expected.code == 0);
  REQUIRE_THAT(expected.output, Contains(" failed as expected (seed"));
  REQUIRE(place.results().empty());
  const auto seed = value_after(expected.output, "(seeds ", ' ');
  const auto one = place.lab({"run", "failing.toml", "--seed", seed}); // judges the run, not the expectation
  REQUIRE(one.code == 1);
  REQUIRE_THAT(one.output, Contains("failed as expected\n"));
  const auto passes = place.lab({"run", "sound.toml"});
  REQUIRE(passes.code == 0);
  REQUIRE_THAT(passes.output, Contains("passed: the failure this scenario expects needs another seed\n"));
  fs::remove_all(place.path() + "/results");
  const auto never = place.lab({"sweep", "sound.toml", "--seeds", "1..3"});
  REQUIRE(never.code == 1);
  REQUIRE_THAT(never.output, Contains("FAIL sound: expected to fail, and never did"));
}

TEST_CASE("lab sweep: Ctrl-C prints what is done and exits with 3", "[system][lab]") {
  const lab_place place;
  place.write("sound.toml", sound_scenario);
  process_options options;
  options.directory = place.path();
  child_process sweep{{TROUPE_BINARY, "lab", "sweep", "sound.toml", "--seeds", "1..100000000"}, options};
  // Long enough to have begun; an interrupt before that ends the process as any other would.
  REQUIRE_FALSE(sweep.read_line(child_process::seconds{1.5}));
  sweep.signal(SIGINT);
  const auto code = sweep.wait();
  INFO(sweep.output());
  REQUIRE(code == 3);
  REQUIRE_THAT(sweep.output(), Contains(" of 100000000 schedules in ") && Contains("; partial"));
}

TEST_CASE("lab replay: repeats a result folder", "[system][lab]") {
  const lab_place place;
  const auto folder = failed_run(place);
  fs::remove(place.path() + "/failing.toml"); // the folder is enough
  const auto got = place.lab({"replay", folder});
  INFO(got.output);
  REQUIRE(got.code == 1);
  REQUIRE_THAT(got.output, !Contains("troupe: "));
  REQUIRE_THAT(got.output, Contains("FAIL no-double-echo"));
  const auto trace = value_after(got.output, " trace ", '\n');
  REQUIRE(trace.size() == 16);
  REQUIRE_THAT(got.output, Contains("\nsame as recorded: " + trace + "\n"));
}

TEST_CASE("lab replay: repeats an interrupted run up to that moment", "[system][lab]") {
  const lab_place place;
  auto text = sound_scenario; // for ever, as far as a test is concerned
  place.write("long.toml", text.replace(text.find("\"1s\""), 4, "\"24h\""));
  process_options options;
  options.directory = place.path();
  child_process lab{{TROUPE_BINARY, "lab", "run", "long.toml", "--seed", "2"}, options};
  REQUIRE_FALSE(lab.read_line(child_process::seconds{1.5}));
  lab.signal(SIGINT);
  REQUIRE(lab.wait() == 3);
  INFO(lab.output());
  REQUIRE_THAT(lab.output(), Contains("partial\n") && Contains("-    liveness               not checked\n"));
  const auto got = place.lab({"replay", place.results().front()});
  INFO(got.output);
  REQUIRE(got.code == 3);
  REQUIRE_THAT(got.output, Contains("partial\n") && Contains("same as recorded: "));
}

TEST_CASE("lab replay: says when it is another run", "[system][lab]") {
  const lab_place place;
  const auto folder = failed_run(place);
  const auto results = place.path() + "/" + folder + "/results.json";
  SECTION("another hash") {
    const auto recorded = place.lab({"replay", folder, "--json"});
    const auto right = value_after(recorded.output, "\"trace_hash\":\"", '"');
    replace_in(results, right, "0123456789abcdef");
    const auto got = place.lab({"replay", folder});
    REQUIRE(got.code == 3);
    REQUIRE_THAT(got.output, Contains("this is another run: its trace is " + right +
                                      ", the recorded one is 0123456789abcdef"));
  }
  SECTION("another scenario") {
    replace_in(place.path() + "/" + folder + "/scenario.toml", "jitter = \"1ms\"", "jitter = \"2ms\"");
    const auto got = place.lab({"replay", folder});
    REQUIRE(got.code == 3);
    REQUIRE_THAT(got.output, Contains("scenario.toml has been changed") &&
                               Contains("lab replay: recorded: ") && Contains("lab replay: now:      "));
  }
  SECTION("another revision") {
    const auto text = content_of(results);
    const auto at = text.find("\"revision\"");
    const auto open = text.find('"', text.find(':', at)) + 1;
    replace_in(results, text.substr(at, text.find('"', open) - at), text.substr(at, open - at) + "0000000");
    const auto got = place.lab({"replay", folder});
    REQUIRE(got.code == 1);
    REQUIRE_THAT(got.output, Contains("warning: recorded at rev 0000000, this is rev "));
  }
}

TEST_CASE("lab replay: refuses what another version wrote", "[system][lab]") {
  const lab_place place;
  const auto folder = place.path() + "/" + failed_run(place);
  SECTION("results") {
    const auto text = content_of(folder + "/results.json");
    const auto at = text.find("\"format\"");
    const auto digit = text.find('1', at);
    replace_in(folder + "/results.json", text.substr(at, digit + 1 - at), text.substr(at, digit - at) + "9");
    REQUIRE_THAT(place.lab({"replay", folder}).output, Contains("has format 9, this program reads 1"));
  }
  SECTION("scenario") {
    replace_in(folder + "/scenario.toml", "format = 1", "format = 2");
    REQUIRE_THAT(place.lab({"replay", folder}).output, Contains("format 2 is written for a newer troupe"));
  }
  SECTION("trace") {
    auto bytes = content_of(folder + "/trace");
    bytes[8] = static_cast<char>(bytes[8] + 1);
    std::ofstream{folder + "/trace", std::ios::binary} << bytes;
    REQUIRE_THAT(place.lab({"replay", folder}).output, Contains("trace: "));
  }
  REQUIRE(place.lab({"replay", folder}).code == 2);
}

TEST_CASE("lab shrink: leaves a smaller scenario that fails alike", "[system][lab]") {
  const lab_place place;
  place.write("failing.toml", failing_scenario);
  const auto got = place.lab({"shrink", "failing.toml", "--seed", "1", "-o", "small.toml"});
  INFO(got.output);
  REQUIRE(got.code == 0);
  const auto kept = value_after(got.output, "", ' '); // the name of the check comes first
  const auto seed = value_after(got.output, "replay: troupe lab replay small.toml --seed ", ' ');
  const auto small = content_of(place.path() + "/small.toml");
  REQUIRE_THAT(small,
               Contains("# From failing, seed 1, by troupe lab shrink: " + kept + " fails first with seed " +
                        seed + ".\n# replay: troupe lab replay small.toml --seed " + seed) &&
                 Contains("checks = [\"" + kept + "\"]"));
  REQUIRE(std::count(small.begin(), small.end(), '\n') > 10);
  const auto again = place.lab({"replay", "small.toml", "--seed", seed});
  REQUIRE(again.code == 1);
  REQUIRE_THAT(again.output, Contains("FAIL " + kept));
  const auto twice = place.lab({"shrink", "failing.toml", "--seed", "1", "-o", "small.toml"});
  REQUIRE(twice.code == 2);
  REQUIRE_THAT(twice.output, Contains("small.toml exists and is not overwritten"));
  REQUIRE(content_of(place.path() + "/small.toml") == small);
}

TEST_CASE("lab shrink: refuses a run that passes", "[system][lab]") {
  const lab_place place;
  place.write("sound.toml", sound_scenario);
  const auto got = place.lab({"shrink", "sound.toml", "--seed", "1", "-o", "small.toml"});
  REQUIRE(got.code == 2);
  REQUIRE_THAT(got.output, Contains("sound.toml passes with seed 1: there is no failure to keep"));
  REQUIRE_FALSE(fs::exists(place.path() + "/small.toml"));
}

TEST_CASE("lab compare: prints ratios of scenarios and of result folders", "[system][lab]") {
  const lab_place place;
  const auto folder = failed_run(place);
  place.write("sound.toml", sound_scenario);
  const auto got = place.lab({"compare", "sound.toml", "sound.toml", "--seeds", "1..4"});
  INFO(got.output);
  REQUIRE(got.code == 0);
  REQUIRE_THAT(got.output, Contains("95% interval") && Contains("1.000"));
  const auto folders = place.lab({"compare", folder, folder, "--json"});
  REQUIRE(folders.code == 0);
  REQUIRE_THAT(folders.output, Contains("\"ratio\":1") && Contains("\"low\":null"));
}

TEST_CASE("lab list: every shipped scenario loads and is told whole", "[system][lab]") {
  const lab_place place;
  const auto got = place.lab({"list", "--json"});
  INFO(got.output);
  REQUIRE(got.code == 0);
  REQUIRE(got.output.starts_with("["));
  std::size_t files = 0;
  std::error_code none;
  for (const auto& each : fs::directory_iterator{TROUPE_SOURCE_DIR "/tools/lab/scenarios", none})
    if (each.path().extension() == ".toml") {
      ++files;
      REQUIRE_THAT(got.output, Contains("\"file\":\"" + each.path().string() + "\""));
    }
  std::size_t listed = 0;
  for (auto at = got.output.find("{\"name\""); at != std::string::npos;
       at = got.output.find("{\"name\"", at + 1))
    ++listed;
  REQUIRE(listed == files);
}

TEST_CASE("lab run: the JSON printed and the one kept name the same absolute folder", "[system][lab]") {
  const lab_place place;
  place.write("sound.toml", sound_scenario);
  const auto got = place.lab({"run", "sound.toml", "--json"});
  INFO(got.output);
  const auto folder = value_after(got.output, "\"results_dir\":\"", '"');
  REQUIRE(folder.starts_with("/"));
  REQUIRE_THAT(content_of(folder + "/results.json"), Contains("\"results_dir\": \"" + folder + "\""));
}

TEST_CASE("lab: bad arguments name the help of what was asked for", "[system][lab]") {
  const lab_place place;
  place.write("sound.toml", sound_scenario);
  REQUIRE_THAT(place.lab({"run", "sound.toml", "--sed", "1"}).output,
               Contains("(see troupe lab run --help)"));
  REQUIRE_THAT(place.lab({"sweep", "sound.toml"}).output, Contains("(see troupe lab sweep --help)"));
  REQUIRE_THAT(place.lab({"dance"}).output, Contains("(see troupe lab --help)"));
}

TEST_CASE("lab: bad arguments get one line and exit code 2", "[system][lab]") {
  const lab_place place;
  place.write("sound.toml", sound_scenario);
  using line = std::vector<std::string>;
  for (const auto& bad : std::vector<line>{{"sweep", "sound.toml", "--seeds", "5..1"},
                                           {"sweep", "sound.toml", "--seeds", "x"},
                                           {"sweep", "sound.toml", "--seeds", "1..2", "--jobs", "0"},
                                           {"sweep", "sound.toml"},
                                           {"sweep", "none.toml", "--seeds", "1..2"},
                                           {"sweep", ".", "--seeds", "1..2"},
                                           {"replay", "sound.toml"},
                                           {"replay", "none"},
                                           {"replay", "."},
                                           {"replay", ".", "--seed", "1"},
                                           {"replay", "sound.toml", "--seed", "-1"},
                                           {"run", "sound.toml", "--seed", "18446744073709551616"},
                                           {"shrink", "sound.toml", "--seed", "1"},
                                           {"shrink", "sound.toml", "--seed", "1", "-o", "no/such/dir.toml"},
                                           {"compare", "sound.toml", "sound.toml"},
                                           {"compare", "none", "sound.toml", "--seeds", "1..2"},
                                           {"compare", ".", "."},
                                           {"list", "x"},
                                           {"dance"}}) {
    const auto got = place.lab(bad);
    INFO(bad[0] << " " << (bad.size() > 1 ? bad[1] : "") << ": " << got.output);
    CHECK(got.code == 2);
    CHECK(got.output.starts_with("troupe: "));
    CHECK_THAT(got.output, !Contains("(see troupe --help)"));
    CHECK(std::count(got.output.begin(), got.output.end(), '\n') == 1);
  }
  REQUIRE(place.results().empty());
}
