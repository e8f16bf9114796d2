// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/compare/compare.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace troupe::lab;

namespace {

run_figures messages(double per_operation) {
  run_figures one;
  one.messages_per_operation = per_operation;
  return one;
}

std::vector<run_figures> all(std::initializer_list<double> values) {
  std::vector<run_figures> out;
  for (const auto value : values)
    out.push_back(messages(value));
  return out;
}

} // namespace

TEST_CASE("compare: the ratio is of the means and lies in its interval", "[unit][lab]") {
  const auto one = compare(all({10, 12, 14}), all({22, 24, 26, 24})).front();
  CHECK(one.name == "messages_per_operation");
  CHECK(one.mean_a == 12.0);
  CHECK(one.mean_b == 24.0);
  CHECK(one.ratio == 2.0);
  REQUIRE(one.interval);
  CHECK(one.interval->low < 2);
  CHECK(one.interval->low >= 22.0 / 14);
  CHECK(one.interval->high > 2);
  CHECK(one.interval->high <= 26.0 / 10);
}

TEST_CASE("compare: runs that do not vary have an interval without width", "[unit][lab]") {
  const auto one = compare(all({4, 4}), all({3, 3})).front();
  REQUIRE(one.interval);
  CHECK(one.interval->low == 0.75);
  CHECK(one.interval->high == 0.75);
}

TEST_CASE("compare: more runs narrow the interval", "[unit][lab]") {
  const auto width = [](std::size_t times) {
    std::vector<run_figures> runs;
    for (std::size_t i = 0; i < times; ++i)
      for (const double value : {8.0, 10.0, 12.0})
        runs.push_back(messages(value));
    const auto interval = compare(runs, runs).front().interval;
    return interval->high - interval->low;
  };
  CHECK(width(16) < width(1) / 2);
}

TEST_CASE("compare: two runs that differ in chance cover the true interval", "[unit][lab]") {
  // Two values each: a resample is all low, mixed or all high with 1/4, 1/2, 1/4, so both ends are reached.
  const auto one = compare(all({1, 3}), all({2, 6})).front();
  REQUIRE(one.interval);
  CHECK(one.interval->low == Approx(2.0 / 3));
  CHECK(one.interval->high == Approx(6.0));
}

TEST_CASE("compare: the same runs give the same interval", "[unit][lab]") {
  const auto a = all({10, 12, 14, 9}), b = all({22, 24, 27});
  const auto once = compare(a, b).front(), again = compare(a, b).front();
  CHECK(once.interval->low == again.interval->low);
  CHECK(once.interval->high == again.interval->high);
}

TEST_CASE("compare: one run each has a ratio and no interval", "[unit][lab]") {
  const auto figures = compare(all({10}), all({5}));
  CHECK(figures.front().ratio == 0.5);
  CHECK_FALSE(figures.front().interval);
  CHECK_FALSE(compare(all({10}), all({5, 6})).front().interval);
  CHECK(figures.size() == 6);
  CHECK_FALSE(figures[3].ratio);
}

TEST_CASE("compare: nothing is divided by zero", "[unit][lab]") {
  CHECK_FALSE(compare(all({0, 0}), all({1, 1})).front().ratio);
  const auto sometimes = compare(all({0, 1}), all({1, 1})).front();
  CHECK(sometimes.ratio == 2.0);
  CHECK_FALSE(sometimes.interval);
  CHECK(compare(all({1, 1}), all({0, 0})).front().ratio == 0.0);
  CHECK_FALSE(compare({}, {}).front().ratio);
}

TEST_CASE("compare: the table is aligned and says what is unknown", "[unit][lab]") {
  run_figures a, b;
  a.messages_per_operation = 20;
  b.messages_per_operation = 30;
  a.latency_p99_us = 12'500;
  b.availability = 1;
  const auto one = comparison_text(compare({a}, {b}), "troupe", "a name that is much too long for a column");
  CHECK(one ==
        "                         troupe  …t is much too long for a column  ratio  95% interval  runs\n"
        "messages per operation       20                                30  1.500       unknown     1\n"
        "bytes per operation           -                                 -      -       unknown     0\n"
        "latency p50                   -                                 -      -       unknown     0\n"
        "latency p99             12.5 ms                                 -      -       unknown  1, 0\n"
        "availability                  -                             100 %      -       unknown  0, 1\n"
        "operations ok                 -                                 -      -       unknown     0\n");
  const std::string folder = "a/folder/with/a/name/that/is/too/long/";
  const auto paths = comparison_text(compare({a}, {b}), folder + "lost.toml", folder + "more-lost.toml");
  CHECK(paths.find("/lost.toml ") != std::string::npos);
  CHECK(paths.find("/more-lost.toml ") != std::string::npos);
  const auto alike =
    comparison_text(compare({a}, {b}), "x/" + folder + "lost.toml", "y/" + folder + "lost.toml");
  CHECK(alike.find(" x/" + folder + "lost.toml ") != std::string::npos);
  CHECK(alike.find(" y/" + folder + "lost.toml ") != std::string::npos);
  const auto two = comparison_text(compare({a, a}, {b, b}), "a", "b");
  CHECK(two.find("1.500  1.500 to 1.500     2\n") != std::string::npos);
}

TEST_CASE("compare: the object has null for what is unknown", "[unit][lab]") {
  const auto object = comparison_object(compare(all({1, 1}), all({2, 2})), "x", "y");
  CHECK(object.at("a") == "x");
  const auto& figures = object.at("figures").as_array();
  REQUIRE(figures.size() == 6);
  CHECK(figures[0] == boost::json::value({{"name", "messages_per_operation"},
                                          {"runs_a", 2u},
                                          {"runs_b", 2u},
                                          {"a", 1.0},
                                          {"b", 2.0},
                                          {"ratio", 2.0},
                                          {"low", 2.0},
                                          {"high", 2.0}}));
  CHECK(figures[1].at("ratio").is_null());
  CHECK(figures[1].at("low").is_null());
}
