// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/scenario/duration_text.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::lab;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

TEST_CASE("duration text: numbers with units are read exactly", "[unit][lab]") {
  CHECK(parse_duration("0s") == duration{});
  CHECK(parse_duration("7ns") == duration{7ns});
  CHECK(parse_duration("10us") == duration{10us});
  CHECK(parse_duration("1.5s") == duration{1500ms});
  CHECK(parse_duration("0.000000001s") == duration{1ns});
  CHECK(parse_duration("0.5min") == duration{30s});
  CHECK(parse_duration("1.50000000000000000000h") == duration{90min});
  CHECK(parse_duration("-20s") == duration{-20s});
  CHECK(parse_duration("9223372035s") == duration{9223372035s});
}

TEST_CASE("duration text: what is no time is refused with the reason", "[unit][lab]") {
  for (const auto* text : {"", "-", "s", "1 s", " 1s", "1s ", "+1s", "1.s", ".5s", "1e3s", "1d", "1S",
                           "1h30min", "0x1s", "--1s", "1..5s", "nan", "infs"}) {
    INFO(text);
    REQUIRE_FALSE(parse_duration(text).has_value());
    CHECK_THAT(parse_duration(text).error().text, Contains("is no time"));
  }
  CHECK_THAT(parse_duration("20").error().text, Contains("no unit"));
  CHECK(parse_duration("1.5ns").error().text == "is finer than a nanosecond");
  CHECK(parse_duration("0.00000000005s").error().text == "is finer than a nanosecond");
  CHECK(parse_duration("1.000000000000000000001s").error().text == "is finer than a nanosecond");
  for (const auto* text : {"9223372036s", "2562048h", "999999999999999h", "99999999999999999999999ns"}) {
    INFO(text);
    CHECK(parse_duration(text).error().text == "is too long");
  }
}

TEST_CASE("duration text: a time is written in the largest unit that divides it", "[unit][lab]") {
  CHECK(exact_text(0s) == "0s");
  CHECK(exact_text(1500ms) == "1500ms");
  CHECK(exact_text(60s) == "1min");
  CHECK(exact_text(90min) == "90min");
  CHECK(exact_text(-2h) == "-2h");
  CHECK(exact_text(1000001ns) == "1000001ns");
  for (const std::int64_t each : {1, 999, 1000, 123'456'789, -5'000, 3'600'000}) {
    const duration value = std::chrono::microseconds{each};
    CHECK(parse_duration(exact_text(value)) == value);
  }
}
