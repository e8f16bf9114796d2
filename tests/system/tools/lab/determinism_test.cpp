// SPDX-License-Identifier: BSD-3-Clause
// One seed is one run: the same trace hash in processes that differ in all that must not matter, and another
// one for the least change of the scenario.
#include "tests/system/tools/lab/lab_process.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace troupe;
using namespace troupe::test;

namespace {

std::string hash_in(const finished_process& got) {
  INFO(got.output);
  REQUIRE(got.code == 0);
  const auto hash = value_after(got.output, "\"trace_hash\":\"", '"');
  REQUIRE(hash.size() == 16);
  return hash;
}

std::string hash_of(const lab_place& place, const std::string& text, const std::string& seed = "5") {
  place.write("changed.toml", text);
  return hash_in(place.lab({"run", "changed.toml", "--seed", seed, "--json"}));
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  return text.replace(text.find(what), what.size(), with);
}

} // namespace

TEST_CASE("lab determinism: three processes in other surroundings agree", "[system][lab]") {
  const lab_place place;
  place.write("sound.toml", sound_scenario);
  std::filesystem::create_directories(place.path() + "/below/it");
  std::set<std::string> hashes{hash_in(place.lab({"run", "sound.toml", "--seed", "5", "--json"}))};
  const auto file = place.path() + "/sound.toml";
  const std::vector<std::string> arguments{TROUPE_BINARY, "lab", "run", file, "--seed", "5", "--json"};
  process_options other;
  other.directory = place.path() + "/below/it";
  other.environment = {{"TZ", "Asia/Tokyo"}, {"LC_ALL", "C"}, {"HOME", "/"}, {"MALLOC_PERTURB_", "85"}};
  hashes.insert(hash_in(run(arguments, "", other)));
  other.directory = place.path() + "/below";
  other.environment = {{"LANG", "de_DE.UTF-8"}, {"USER", "somebody"}, {"PADDING", std::string(4000, 'x')}};
  hashes.insert(hash_in(run(arguments, "", other)));
  REQUIRE(hashes.size() == 1);
}

TEST_CASE("lab determinism: one changed line of a scenario is another run", "[system][lab]") {
  const lab_place place;
  std::set<std::string> hashes{hash_of(place, sound_scenario)};
  hashes.insert(hash_of(place, sound_scenario + "# a comment changes nothing\n"));
  REQUIRE(hashes.size() == 1);
  hashes.insert(hash_of(place, replaced(sound_scenario, "count = 5", "count = 6")));
  hashes.insert(hash_of(place, replaced(sound_scenario, "lasts = \"200ms\"", "lasts = \"201ms\"")));
  hashes.insert(hash_of(place, replaced(sound_scenario, "load = \"1s\"", "load = \"1001ms\"")));
  hashes.insert(hash_of(place, replaced(sound_scenario, "\"all\"", "\"agreement\"")));
  hashes.insert(hash_of(place, sound_scenario, "6"));
  REQUIRE(hashes.size() == 6);
}
