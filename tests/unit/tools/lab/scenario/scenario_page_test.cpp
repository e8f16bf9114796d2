// SPDX-License-Identifier: BSD-3-Clause
// The reference page cannot fall behind the format: its examples are read, its words are looked up.
#include "actors/brb/agreement_options.hpp"
#include "tests/unit/tools/lab/scenario/scenario_lines.hpp"
#include "tools/lab/check/check_groups.hpp"
#include "tools/lab/scenario/known_keys.hpp"
#include "tools/lab/scenario/scenario_names.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

using namespace troupe;
using namespace troupe::lab;

namespace {

std::string page() {
  std::ifstream in{TROUPE_SOURCE_DIR "/docs/lab/scenario.md"};
  return {std::istreambuf_iterator<char>{in}, {}};
}

std::vector<std::string> examples() {
  constexpr std::string_view opens = "```toml\n";
  std::vector<std::string> all;
  const auto text = page();
  for (auto at = text.find(opens); at != std::string::npos; at = text.find(opens, at)) {
    at += opens.size();
    all.push_back(text.substr(at, text.find("```", at) - at));
  }
  return all;
}

bool names(const std::string& text, std::string_view word) {
  return text.find(fmt::format("`{}`", word)) != std::string::npos;
}

/// The row of a table whose first cell is the word.
std::string row(const std::string& text, std::string_view word) {
  const auto begin = text.find(fmt::format("\n| `{}` |", word));
  return begin == std::string::npos ? "" : text.substr(begin + 1, text.find('\n', begin + 1) - begin - 1);
}

} // namespace

TEST_CASE("scenario page: its examples are sound scenarios", "[unit][lab]") {
  const auto all = examples();
  REQUIRE(all.size() == 2);
  for (const auto& text : all)
    CHECK(errors_of(text) == std::vector<std::string>{});
  const auto large = parse_scenario(all[1], ""); // played by tests/sim/tools/lab/scenario_page_test.cpp
  CHECK(large->workloads.size() == 2);
  CHECK(large->faults.size() == 3);
  CHECK(large->roles.size() == 1);
}

TEST_CASE("scenario page: the cap on joins is the program's", "[unit][lab]") {
  const auto most = brb::agreement_options{}.members_soft_max;
  const auto text = page();
  CHECK(text.find(fmt::format("| members of a group of troupe's after a join | {} |", most)) !=
        std::string::npos);
  CHECK(text.find(fmt::format("no join beyond {} members", most)) != std::string::npos);
}

TEST_CASE("scenario page: it names every key and word of the format", "[unit][lab]") {
  const auto text = page();
  for (const auto& each : known_keys()) {
    CAPTURE(each.section, each.key);
    const bool section = each.key == "network" || each.key == "link" || each.key == "workload" ||
                         each.key == "fault" || each.key == "byzantine";
    CHECK((section ? text.find(fmt::format("{}]", each.key)) != std::string::npos : names(text, each.key)));
  }
  for (const auto words : {std::span<const std::string_view>{algorithm_names},
                           {signatures_names},
                           {expect_names},
                           {level_names},
                           {role_names},
                           {fault_names},
                           check_words()})
    for (const auto word : words) {
      CAPTURE(word);
      CHECK(names(text, word));
    }
}

TEST_CASE("scenario page: each kind of fault names its own keys and styles", "[unit][lab]") {
  const auto text = page();
  for (std::size_t kind = 0; kind < fault_names.size(); ++kind) {
    const auto words = text.substr(text.find("| kind | keys"));
    const auto line = row(words, fault_names[kind]);
    CAPTURE(fault_names[kind], line);
    REQUIRE_FALSE(line.empty());
    const auto& rule = rule_of(static_cast<fault_kind>(kind));
    CHECK(names(line, "lasts") == rule.lasts);
    CHECK(names(line, "level") == rule.level);
    CHECK(names(line, "offset") == rule.offset);
    CHECK(names(line, "away") == rule.away);
    CHECK(names(line, "amount") == (rule.amount_min < rule.amount_max));
    CHECK(names(line, "delay_min") == rule.conditions);
    CHECK(names(line, "style") == !rule.styles.empty());
    for (const auto style : rule.styles)
      CHECK(names(line, style));
  }
}

TEST_CASE("scenario page: checks say what the program says of them", "[unit][lab]") {
  const auto text = page();
  for (const auto& check : check_names)
    CHECK(row(text, check.name) == fmt::format("| `{}` | {} |", check.name, check.says));
}
