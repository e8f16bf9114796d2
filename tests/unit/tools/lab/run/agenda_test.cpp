// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/run/agenda.hpp"
#include "tools/lab/run/drawn_time.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace troupe;
using namespace troupe::lab;
using namespace std::chrono_literals;

TEST_CASE("agenda: gives tasks by time and then in order of entry", "[unit][lab]") {
  agenda plan;
  std::string done;
  plan.at(2s, [&] { done += "c"; });
  plan.at(1s, [&] { done += "a"; });
  plan.at(1s, [&] { done += "b"; });
  CHECK(plan.next() == duration{1s});
  CHECK_FALSE(plan.take(999ms));
  while (const auto task = plan.take(2s))
    (*task)();
  CHECK(done == "abc");
  CHECK_FALSE(plan.next());
}

TEST_CASE("agenda: a task may enter another one that is due at once", "[unit][lab]") {
  agenda plan;
  std::string done;
  plan.at(1s, [&] {
    done += "a";
    plan.at(1s, [&] { done += "b"; });
  });
  while (const auto task = plan.take(1s))
    (*task)();
  CHECK(done == "ab");
}

TEST_CASE("agenda: forgets everything when cleared", "[unit][lab]") {
  agenda plan;
  plan.at(1s, [] { FAIL("a task that was cleared ran"); });
  plan.clear();
  CHECK_FALSE(plan.take(2s));
}

TEST_CASE("drawn time: has the mean it was asked for and a long tail", "[unit][lab]") {
  random_stream rng{5};
  constexpr int draws = 20'000;
  duration sum{0};
  int longer_than_thrice = 0;
  for (int i = 0; i < draws; ++i) {
    const auto drawn = drawn_exponential(rng, 9ms);
    CHECK(drawn >= 1us);
    sum += drawn;
    longer_than_thrice += drawn > 27ms ? 1 : 0;
  }
  CHECK(sum / draws > 8500us);
  CHECK(sum / draws < 9500us);
  // An exponential law has 5 % there.
  CHECK(longer_than_thrice > draws * 3 / 100);
  CHECK(longer_than_thrice < draws * 7 / 100);
}

TEST_CASE("drawn time: of a mean of zero is a microsecond", "[unit][lab]") {
  random_stream rng{1};
  CHECK(drawn_exponential(rng, 0s) == duration{1us});
}
