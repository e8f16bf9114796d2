// SPDX-License-Identifier: BSD-3-Clause
// What can be wrong with a fault: its schedule, its subject, and keys its kind does not take.
#include "tests/unit/tools/lab/scenario/scenario_lines.hpp"
#include "tools/lab/scenario/known_keys.hpp"
#include "tools/lab/scenario/scenario_names.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <map>

using namespace troupe;
using namespace troupe::lab;
using Catch::Matchers::StartsWith;

namespace {

using lines = std::vector<std::string>;

/// Its kind is in line 7, what follows from line 8 on.
std::string fault(std::string_view kind, std::string_view keys) {
  return with_head(fmt::format("[[fault]]\nkind = \"{}\"\n{}", kind, keys));
}

/// A value each key takes, in a file of five nodes.
const std::map<std::string_view, std::string_view> sound{
  {"at", "\"1s\""},    {"lasts", "\"1s\""},     {"nodes", "[\"n1\", \"n2\"]"},
  {"away", "\"2s\""},  {"amount", "0.5"},       {"offset", "\"-3s\""},
  {"nth", "3"},        {"level", "\"record\""}, {"delay_min", "\"0s\""},
  {"every", "\"1s\""}, {"count", "3"},          {"style", "\"none-at-all\""}};

bool takes(std::string_view kind, std::string_view key) {
  for (const auto& each : known_keys())
    if (each.section == "fault" && each.kind == kind && each.key == key)
      return true;
  return false;
}

/// The keys without which a fault of the kind is refused.
std::string needed(std::string_view kind) {
  std::string keys = "at = \"1s\"\n";
  if (takes(kind, "lasts"))
    keys += "lasts = \"1s\"\n";
  if (takes(kind, "offset"))
    keys += "offset = \"1s\"\n";
  return keys;
}

} // namespace

TEST_CASE("fault errors: every kind is read with what it needs and no key of another kind", "[unit][lab]") {
  for (const auto kind : fault_names) {
    CAPTURE(kind);
    CHECK(errors_of(fault(kind, needed(kind))).empty());
    for (const auto& [key, value] : sound) {
      if (takes(kind, key))
        continue;
      CAPTURE(key);
      const auto all = errors_of(fault(kind, needed(kind) + fmt::format("{} = {}\n", key, value)));
      REQUIRE(all.size() == 1);
      CHECK_THAT(all[0].substr(all[0].find(' ') + 1),
                 StartsWith(fmt::format("{} does not apply to fault {}: only to ", key, kind)));
    }
  }
}

TEST_CASE("fault errors: an unknown kind has a hint and its keys are left alone", "[unit][lab]") {
  CHECK(errors_of(fault("partitoin", "at = 3\nlasts = 4\nnth = 1\n")) ==
        lines{"7: kind \"partitoin\" is unknown: did you mean partition?"});
  CHECK(errors_of(fault("partitoin", "latsts = 4\n")) ==
        lines{"7: kind \"partitoin\" is unknown: did you mean partition?",
              "8: unknown key latsts in [[fault]]: did you mean lasts?"});
  CHECK(errors_of(with_head("[[fault]]\nat = \"1s\"\n")) == lines{"6: no kind: [[fault]] needs one"});
  CHECK(errors_of(with_head("[[fault]]\nkind = 3\n")).size() == 1);
}

TEST_CASE("fault errors: a fault happens at a time or again and again", "[unit][lab]") {
  CHECK(errors_of(fault("break", "at = \"1s\"\nevery = \"1s\"\n")) ==
        lines{"9: both at and every: a fault happens once at a time, or again and again; leave one out"});
  CHECK(errors_of(fault("break", "")) ==
        lines{"6: neither at nor every: say when it happens, as in at = \"2s\" or every = \"500ms\""});
  CHECK(errors_of(fault("break", "at = \"1s\"\ncount = 3\n")) ==
        lines{"9: count does not apply to fault break: it needs every"});
  CHECK(errors_of(fault("churn", "lasts = \"1s\"\n")) ==
        lines{"6: no at: say when it begins, as in at = \"0s\""});
  CHECK(errors_of(fault("break", "at = 5\n")) ==
        lines{"8: at is a whole number, but must be a time with a unit in quotes, as in \"20s\""});
  CHECK(errors_of(fault("break", "every = \"0s\"\ncount = -1\n")) ==
        lines{"8: every is 0s, but must be from 1ms to 24h", "9: count is -1, but must be from 0 to 100000"});
  CHECK(errors_of(fault("break", "at = \"11s\"\n")) ==
        lines{"8: at 11s is after the load, which ends at 10s: make load longer, or the fault earlier"});
  CHECK(errors_of(fault("break", "at = \"-1s\"\n")) == lines{"8: at is -1s, but must be from 0s to 24h"});
}

TEST_CASE("fault errors: what lasts says how long", "[unit][lab]") {
  CHECK(errors_of(fault("crash", "at = \"1s\"\n")) == lines{"6: no lasts: fault crash needs one"});
  CHECK(errors_of(fault("crash", "at = \"1s\"\nlasts = \"0s\"\n")) ==
        lines{"9: lasts is 0s, but must be from 1us to 24h"});
}

TEST_CASE("fault errors: a subject fits the kind", "[unit][lab]") {
  CHECK(errors_of(fault("cut", "at = \"1s\"\nlasts = \"1s\"\nnodes = [\"n1\"]\n")) ==
        lines{"10: nodes are 1 where cut needs two, from and to, or none for any two"});
  CHECK(errors_of(fault("cut", "at = \"1s\"\nlasts = \"1s\"\nnodes = [\"n1\", \"n1\"]\n")) ==
        lines{"10: nodes has n1 twice"});
  CHECK(errors_of(fault("partition",
                        "at = \"1s\"\nlasts = \"1s\"\nnodes = [\"n1\",\"n2\",\"n3\",\"n4\",\"n5\"]\n")) ==
        lines{"10: all nodes on one side is no partition: leave some out"});
  CHECK(errors_of(fault("pause", "at = \"1s\"\nlasts = \"1s\"\nnodes = \"n1\"\n")) ==
        lines{"10: nodes is a text, but must be a list of nodes, as in [\"n1\", \"n2\"]"});
  CHECK(errors_of(fault("pause", "at = \"1s\"\nlasts = \"1s\"\nnodes = [\"n1\",\n\"n6\"]\n")) ==
        lines{"11: nodes \"n6\" is no node: they are n1 to n5"});
}

TEST_CASE("fault errors: styles and levels and amounts are checked", "[unit][lab]") {
  CHECK(errors_of(fault("crash", "at = \"1s\"\nlasts = \"1s\"\nstyle = \"loose-disk\"\n")) ==
        lines{"10: style \"loose-disk\" is unknown: did you mean lose-disk?"});
  CHECK(errors_of(fault("partition", "at = \"1s\"\nlasts = \"1s\"\nstyle = \"restart\"\n")) ==
        lines{"10: style \"restart\" is unknown: must be one of halves, one-way, bridge, isolate"});
  CHECK(errors_of(fault("bit-flip", "at = \"1s\"\nlevel = \"bit\"\n")) ==
        lines{"9: level \"bit\" is unknown: did you mean byte?"});
  CHECK(errors_of(fault("slow", "at = \"1s\"\nlasts = \"1s\"\namount = 1\n")) ==
        lines{"10: amount is 1, but must be from 0.01 to 0.99"});
  CHECK(errors_of(fault("skew", "at = \"1s\"\nlasts = \"1s\"\namount = -1.0\n")) ==
        lines{"10: amount is -1, but must be from -0.9 to 9"});
  CHECK(errors_of(fault("skew", "at = \"1s\"\nlasts = \"1s\"\namount = nan\n")) ==
        lines{"10: amount is nan, but must be from -0.9 to 9"});
  CHECK(errors_of(fault("skew", "at = \"1s\"\nlasts = \"1s\"\namount = \"0.5\"\n")) ==
        lines{"10: amount is a text, but must be a number from -0.9 to 9"});
  CHECK(errors_of(fault("jump", "at = \"1s\"\noffset = \"0s\"\n")) ==
        lines{"9: a jump by nothing: write how far, as in \"20s\" or \"-20s\""});
  CHECK(errors_of(fault("jump", "at = \"1s\"\noffset = 20\n")).size() == 1);
  CHECK(errors_of(fault("jump", "at = \"1s\"\n")) == lines{"6: no offset: fault jump needs one"});
}
