// SPDX-License-Identifier: BSD-3-Clause
#include "transport/yamux/header.hpp"

#include <catch2/catch.hpp>

#include <array>

using namespace troupe;
using namespace troupe::transport::yamux;

TEST_CASE("yamux header: is 12 bytes big endian", "[unit][yamux]") {
  std::array<std::uint8_t, header_size> out{};
  const header sample{frame_type::window_update, flag::syn | flag::rst, 0x01020304, 0x0a0b0c0d};
  encode(sample, out.data());
  REQUIRE(out == std::array<std::uint8_t, header_size>{0, 1, 0, 9, 1, 2, 3, 4, 0x0a, 0x0b, 0x0c, 0x0d});
  REQUIRE(decode(out.data()).value() == sample);
}

TEST_CASE("yamux header: other versions and types are refused", "[unit][yamux]") {
  std::array<std::uint8_t, header_size> data{};
  data[0] = 1;
  REQUIRE_FALSE(decode(data.data()));
  data[0] = 0;
  data[1] = 4;
  REQUIRE_FALSE(decode(data.data()));
}

TEST_CASE("yamux frames: payloads are skipped and the rest is counted", "[unit][yamux]") {
  bytes data(header_size);
  encode({frame_type::data, flag::fin, 3, 5}, data.data());
  data.insert(data.end(), {1, 2, 3, 4, 5});
  data.resize(data.size() + header_size);
  encode({frame_type::ping, flag::syn, 0, 77}, data.data() + header_size + 5);
  auto all = parse_frames(data);
  REQUIRE(all);
  REQUIRE(all->frames ==
          std::vector<header>{{frame_type::data, flag::fin, 3, 5}, {frame_type::ping, flag::syn, 0, 77}});
  REQUIRE(all->rest == 0);
  for (std::size_t cut = 0; cut < header_size + 5; ++cut) {
    const auto part = parse_frames(byte_view{data}.first(cut));
    REQUIRE(part->frames.empty());
    REQUIRE(part->rest == cut);
  }
}

TEST_CASE("yamux frames: a length of 4 GiB leaves the frame incomplete", "[unit][yamux]") {
  bytes data(header_size + 3);
  encode({frame_type::data, 0, 1, 0xffffffffu}, data.data());
  REQUIRE(parse_frames(data)->frames.empty());
  REQUIRE(parse_frames(data)->rest == data.size());
  data[0] = 9;
  REQUIRE_FALSE(parse_frames(data));
}
