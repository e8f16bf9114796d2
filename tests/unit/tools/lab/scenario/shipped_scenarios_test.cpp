// SPDX-License-Identifier: BSD-3-Clause
// The shipped scenarios are read, named like their files, and leave no kind of liar out.
#include "tools/lab/scenario/scenario_loader.hpp"
#include "tools/lab/scenario/scenario_names.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
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
