// SPDX-License-Identifier: BSD-3-Clause
// The list of marks holds what the enumerations hold, and what their lines are read as.
#include "tools/lab/run/marks.hpp"

#include "actors/brb/brb_errc.hpp"
#include "actors/membership/membership_errc.hpp"
#include "messages/codec/signing.hpp"
#include "tools/lab/algorithm/bracha_machine.hpp"
#include "tools/lab/algorithm/original_machine.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <regex>

using namespace troupe;
using namespace troupe::lab;

namespace {

/// How many enumerators the file's `enum class NAME` has.
std::size_t enumerators(const std::string& file, const std::string& name) {
  std::ifstream in{TROUPE_SOURCE_DIR "/" + file};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  const auto begin = text.find("enum class " + name);
  REQUIRE(begin != std::string::npos);
  auto body = text.substr(text.find('{', begin), text.find("};", begin) - text.find('{', begin));
  body = std::regex_replace(body, std::regex{"//[^\n]*"}, "");
  return static_cast<std::size_t>(std::count(body.begin(), body.end(), ','));
}

template <class Errc>
std::set<std::string_view> names() {
  std::set<std::string_view> all;
  for (unsigned code = 0; code < 256; ++code)
    if (const auto known = name(static_cast<Errc>(code)); known != "Unknown")
      all.insert(known);
  return all;
}

bool has(algorithm of, std::string_view mark) {
  return known_marks(of).contains(mark);
}

} // namespace

TEST_CASE("marks: every enumerator has a name of its own", "[unit][lab]") {
  CHECK(names<brb::brb_errc>().size() == enumerators("actors/brb/brb_errc.hpp", "brb_errc"));
  CHECK(names<membership::membership_errc>().size() ==
        enumerators("actors/membership/membership_errc.hpp", "membership_errc"));
  CHECK(names<agreement_codec_errc>().size() ==
        enumerators("messages/codec/signing.hpp", "agreement_codec_errc"));
  CHECK(names<original::errc>().size() == enumerators("tools/lab/algorithm/original_machine.hpp", "errc"));
  CHECK(names<bracha::errc>().size() == enumerators("tools/lab/algorithm/bracha_machine.hpp", "errc"));
}

TEST_CASE("marks: those of an algorithm are the refusals it can log", "[unit][lab]") {
  for (const auto each : names<brb::brb_errc>())
    CHECK(has(algorithm::troupe, each));
  for (const auto each : names<membership::membership_errc>())
    CHECK(has(algorithm::troupe, each) == (each != "NotAnActor" && each != "VoteInProgress"));
  for (const auto each : names<agreement_codec_errc>())
    CHECK(has(algorithm::troupe, each) == (each != "BadPromiseRecord"));
  for (const auto each : names<original::errc>())
    CHECK(has(algorithm::original, each));
  for (const auto each : names<bracha::errc>())
    CHECK(has(algorithm::bracha, each) == (each != "WindowFull"));
  CHECK_FALSE(has(algorithm::bracha, "ForeignGroup"));
  CHECK_FALSE(has(algorithm::troupe, "OutsideWindow"));
}

TEST_CASE("marks: what the laboratory itself hits is among them", "[unit][lab]") {
  for (const auto of : {algorithm::troupe, algorithm::original, algorithm::bracha}) {
    CHECK(has(of, "RefusedToStart"));
    CHECK_FALSE(has(of, "Unknown"));
  }
}
