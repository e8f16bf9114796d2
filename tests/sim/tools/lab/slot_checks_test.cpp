// SPDX-License-Identifier: BSD-3-Clause
// Each check hears of what must not happen and says so once, and of what may happen and says nothing.
#include "tools/lab/check/check_names.hpp"
#include "tools/lab/check/end_checks.hpp"
#include "tools/lab/check/slot_checks.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::lab;
using namespace std::chrono_literals;

namespace {

constexpr digest one{1};
constexpr digest two{2};

observation seen(node_index node, decltype(observation::what) what, duration at = 1s) {
  return {at, node, std::move(what)};
}

} // namespace

TEST_CASE("checks: agreement complains of two contents of one slot and names both nodes", "[sim][lab]") {
  agreement_check check;
  check.saw(seen(0, delivered{{3, 1}, one, {}}));
  check.saw(seen(1, delivered{{3, 1}, one, {}}));
  check.saw(seen(1, delivered{{3, 2}, two, {}}));
  CHECK(check.passed());
  CHECK(check.result().detail == "2 slots");
  check.saw(seen(2, delivered{{3, 1}, two, {}}, 5s));
  check.saw(seen(2, delivered{{3, 2}, one, {}}, 9s));
  CHECK_FALSE(check.passed());
  CHECK(check.result().detail == "n3 delivered another content of n4.1 than n1");
  CHECK(check.result().violated_at == duration{5s});
}

TEST_CASE("checks: no double echo hears of locks and of echoes", "[sim][lab]") {
  for (const bool by_lock : {true, false}) {
    double_echo_check check;
    check.saw(seen(0, locked{{1, 1}, one}));
    check.saw(seen(0, echoed{{1, 1}, one, 1}));
    check.saw(seen(1, locked{{1, 1}, two}));
    CHECK(check.passed());
    if (by_lock)
      check.saw(seen(0, locked{{1, 1}, two}));
    else
      check.saw(seen(0, echoed{{1, 1}, two, 2}));
    CHECK_FALSE(check.passed());
  }
}

TEST_CASE("checks: locked first wants the very content on the disk of the very node", "[sim][lab]") {
  const std::vector<observation> wrong{seen(0, echoed{{1, 1}, one, 1}), seen(1, echoed{{1, 2}, one, 0}),
                                       seen(1, echoed{{1, 1}, two, 0})};
  for (const auto& each : wrong) {
    locked_first_check check;
    check.saw(seen(1, locked{{1, 1}, one}));
    check.saw(seen(1, echoed{{1, 1}, one, 0}));
    CHECK(check.passed());
    check.saw(each);
    CHECK_FALSE(check.passed());
  }
}

TEST_CASE("checks: source order complains of a gap, not of a record written twice", "[sim][lab]") {
  source_order_check check;
  check.saw(seen(0, delivered{{1, 1}, one, {}}));
  check.saw(seen(0, delivered{{1, 1}, one, {}}));
  check.saw(seen(0, delivered{{1, 2}, one, {}}));
  CHECK(check.passed());
  check.saw(seen(0, delivered{{1, 4}, one, {}}));
  CHECK(check.result().detail == "n1 delivered n2.4 after n2.2");
}

TEST_CASE("checks: a life starts its order anew from its disk", "[sim][lab]") {
  source_order_check check;
  check.saw(seen(0, delivered{{1, 1}, one, {}}));
  check.saw(seen(0, started{}));
  check.saw(seen(0, delivered{{1, 1}, one, {}}));
  check.saw(seen(0, delivered{{1, 2}, one, {}}));
  CHECK(check.passed());
  check.saw(seen(0, started{}));
  check.saw(seen(0, delivered{{1, 2}, one, {}}));
  CHECK_FALSE(check.passed());
}

TEST_CASE("checks: nodes that decide a generation otherwise are told on", "[sim][lab]") {
  membership_check check;
  check.saw(seen(0, decided{1, one, {}}));
  check.saw(seen(1, decided{1, one, {}}));
  check.saw(seen(1, decided{2, two, {}}));
  CHECK(check.passed());
  check.saw(seen(2, decided{2, one, {}}));
  CHECK_FALSE(check.passed());
}

TEST_CASE("checks: a restart storm is whatever nobody caused", "[sim][lab]") {
  restart_storm_check check;
  check.saw(seen(0, injected{"throw"}));
  CHECK(check.passed());
  CHECK(check.result().detail == "1 crashes caused");
  check.saw(seen(0, misfortune{"no restarts left: n1/agreement"}));
  CHECK_FALSE(check.passed());
}

TEST_CASE("checks: orphans are the business of one check only", "[sim][lab]") {
  orphans_check orphans;
  restart_storm_check storm;
  const auto what = seen(0, misfortune{"2 actors outlived the crash of their node"});
  orphans.saw(what);
  storm.saw(what);
  CHECK_FALSE(orphans.passed());
  CHECK(storm.passed());
}

TEST_CASE("checks: every name makes the check of that name", "[sim][lab]") {
  for (const auto& known : check_names)
    CHECK(make_check(known.name)->result().name == known.name);
}
