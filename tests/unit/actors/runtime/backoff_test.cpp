// SPDX-License-Identifier: BSD-3-Clause
#include "actors/runtime/backoff.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace troupe;
using namespace std::chrono_literals;

namespace {

constexpr backoff_options plain{
  .min = 10ms, .max = 100ms, .factor = 2, .jitter_percent = 0, .healthy_after = 1s};

} // namespace

TEST_CASE("backoff: grows by its factor from min to max and stays there", "[unit][runtime]") {
  backoff wait{plain, random_stream{1}};
  std::vector<duration> waits;
  for (int i = 0; i < 6; ++i)
    waits.push_back(wait.failed_after(0ms));
  REQUIRE(waits == std::vector<duration>{10ms, 20ms, 40ms, 80ms, 100ms, 100ms});
}

TEST_CASE("backoff: a healthy run starts it over and a shorter one does not", "[unit][runtime]") {
  backoff wait{plain, random_stream{1}};
  wait.failed_after(0ms);
  wait.failed_after(0ms);
  REQUIRE(wait.failed_after(1s - 1ns) == 40ms);
  REQUIRE(wait.failed_after(1s) == 10ms);
  REQUIRE(wait.failed_after(0ms) == 20ms);
}

TEST_CASE("backoff: jitter only adds and stays within its share", "[unit][runtime]") {
  auto options = plain;
  options.factor = 1;
  options.jitter_percent = 50;
  backoff wait{options, random_stream{7}};
  duration least = 1h;
  duration most{};
  for (int i = 0; i < 1000; ++i) {
    const auto drawn = wait.failed_after(0ms);
    least = std::min(least, drawn);
    most = std::max(most, drawn);
  }
  REQUIRE(least >= 10ms);
  REQUIRE(least < 10100us);
  REQUIRE(most <= 15ms);
  REQUIRE(most > 14900us);
}

TEST_CASE("backoff: the same seed draws the same jitter", "[unit][runtime]") {
  auto options = plain;
  options.jitter_percent = 100;
  backoff one{options, random_stream{5}};
  backoff two{options, random_stream{5}};
  backoff other{options, random_stream{6}};
  bool differs = false;
  for (int i = 0; i < 8; ++i) {
    const auto drawn = one.failed_after(0ms);
    REQUIRE(drawn == two.failed_after(0ms));
    differs = differs || drawn != other.failed_after(0ms);
  }
  REQUIRE(differs);
}

TEST_CASE("backoff: a maximum near the end of time does not overflow", "[unit][runtime]") {
  backoff wait{
    {.min = 1h, .max = duration::max() / 4, .factor = 1000, .jitter_percent = 0, .healthy_after = 1s},
    random_stream{1}};
  duration before{};
  for (int i = 0; i < 30; ++i) {
    const auto drawn = wait.failed_after(0ms);
    REQUIRE(drawn >= before);
    before = drawn;
  }
  REQUIRE(before == duration::max() / 4);
}

TEST_CASE("backoff: options that make no sense are refused", "[unit][runtime]") {
  REQUIRE_THROWS(backoff({.min = 2s, .max = 1s}, random_stream{1}));
  REQUIRE_THROWS(backoff({.factor = 0}, random_stream{1}));
  REQUIRE_THROWS(backoff({.jitter_percent = 101}, random_stream{1}));
}
