// SPDX-License-Identifier: BSD-3-Clause
#include "actors/peer/send_lane.hpp"

#include "messages/codec/frame_writer.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::peer;

TEST_CASE("send lane: while a loss is repaired at most 256 KiB are in flight", "[unit][peer]") {
  send_lane lane{delivery::reliable, 16u << 20};
  constexpr std::size_t piece = 64 * 1024;
  for (int i = 0; i < 20; ++i)
    REQUIRE(lane.push(single_frame(7, bytes(piece))) == admission::taken);
  const auto write_all = [&] {
    std::size_t written = 0;
    while (const auto chunk = lane.next_write({}))
      written += chunk->size();
    return written;
  };
  lane.opened();
  const auto written = write_all();
  REQUIRE(written > 20 * piece);
  lane.drained(written, {});
  REQUIRE(lane.repair(time_point{} + 2 * send_lane::timeout_min));
  const auto again = write_all();
  REQUIRE(again >= send_lane::recovery_window);
  REQUIRE(again < send_lane::recovery_window + 2 * piece);
  // Each acknowledgement makes room for as much again.
  REQUIRE(lane.acknowledged(2, false, {}));
  REQUIRE(write_all() > piece);
}

TEST_CASE("send lane: twice over its bound frames are dropped and counted", "[unit][peer]") {
  send_lane lane{delivery::reliable, 4096};
  int taken = 0;
  while (lane.push(single_frame(7, bytes(1000))) != admission::full)
    ++taken;
  REQUIRE(lane.retained() <= 2 * 4096);
  REQUIRE(lane.retained() + 1000 + 400 > 2 * 4096);
  REQUIRE(lane.dropped() == 1);
  REQUIRE(taken >= 5);
}
