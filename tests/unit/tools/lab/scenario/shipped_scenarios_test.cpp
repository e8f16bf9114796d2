// SPDX-License-Identifier: BSD-3-Clause
// The shipped scenarios are read, named like their files, and leave no kind of liar out.
#include "tools/lab/scenario/scenario_loader.hpp"
#include "tools/lab/scenario/scenario_names.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

using namespace troupe;
using namespace troupe::lab;

namespace {

std::map<std::string, scenario> shipped() {
  std::map<std::string, scenario> all;
  for (const auto& file : std::filesystem::directory_iterator{TROUPE_SOURCE_DIR "/tools/lab/scenarios"}) {
    const auto stem = file.path().stem().string();
    CAPTURE(stem);
    auto read = load_scenario(file.path().string());
    REQUIRE(read);
    all.emplace(stem, std::move(*read));
  }
  return all;
}

} // namespace

TEST_CASE("shipped scenarios: each is named like its file and teaches something", "[unit][lab]") {
  const auto all = shipped();
  CHECK(all.size() >= 12);
  for (const auto& [stem, what] : all) {
    CAPTURE(stem);
    CHECK(what.name == stem);
    CHECK_FALSE(what.teaches.empty());
  }
}

TEST_CASE("shipped scenarios: every role lies in one of troupe's own", "[unit][lab]") {
  std::set<role_kind> used;
  for (const auto& [stem, what] : shipped())
    if (what.algorithm == algorithm::troupe)
      for (const auto& role : what.roles)
        used.insert(role.what);
  CHECK(used.size() == role_names.size());
}

TEST_CASE("shipped scenarios: each of the original's has its pair and stands in the table of defects",
          "[unit][lab]") {
  const auto all = shipped();
  std::ifstream in{TROUPE_SOURCE_DIR "/docs/lab/defects.md"};
  const std::string page{std::istreambuf_iterator<char>{in}, {}};
  REQUIRE_FALSE(page.empty());
  constexpr std::string_view ending = "-original";
  std::size_t defects = 0;
  for (const auto& [stem, what] : all) {
    if (!what.reason.starts_with("B") || what.algorithm != algorithm::original || !stem.ends_with(ending))
      continue;
    CAPTURE(stem);
    const auto pair = all.find(stem.substr(0, stem.size() - ending.size()));
    REQUIRE(pair != all.end());
    CHECK(pair->second.algorithm == algorithm::troupe);
    if (stem == "liars-original")
      continue; // about something else, and B2 is in its way
    ++defects;
    const auto row = "| " + what.reason.substr(0, what.reason.find(':')) + " |";
    const auto at = page.find(row);
    REQUIRE(at != std::string::npos);
    const auto line = page.substr(at, page.find('\n', at) - at);
    CHECK(line.find("`" + pair->first + "` / `" + stem + "`") != std::string::npos);
  }
  CHECK(defects == 11); // all but B11 and B12, which are of votes
}
