// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/cluster/lab_clock.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::lab;
using namespace std::chrono_literals;

namespace {

class hand_clock final : public node_clock {
public:
  time_point now() const override { return at; }
  std::uint64_t wall_ms() const override { return 1'000'000; }
  time_point at{};
};

} // namespace

TEST_CASE("lab clock: runs as the common one unless told otherwise", "[unit][lab]") {
  const auto common = std::make_shared<hand_clock>();
  lab_clock one{common};
  common->at = time_point{1234567ns};
  CHECK(one.now() == common->at);
  CHECK(one.wall_ms() == 1'000'000);
}

TEST_CASE("lab clock: a skewed one goes on from where it was, in both directions", "[unit][lab]") {
  const auto common = std::make_shared<hand_clock>();
  lab_clock one{common};
  common->at = time_point{10s};
  one.run_at(1100);
  common->at = time_point{20s};
  CHECK(one.now() == time_point{21s});
  one.run_at(500);
  common->at = time_point{30s};
  CHECK(one.now() == time_point{26s});
  one.run_at(1000);
  common->at = time_point{31s};
  CHECK(one.now() == time_point{27s});
}

TEST_CASE("lab clock: a jump moves wall time only, and back", "[unit][lab]") {
  const auto common = std::make_shared<hand_clock>();
  lab_clock one{common};
  one.jump(3'600'000);
  CHECK(one.wall_ms() == 4'600'000);
  CHECK(one.now() == common->at);
  one.jump(-3'600'000);
  CHECK(one.wall_ms() == 1'000'000);
}
