// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/frame_reader.hpp"
#include "messages/codec/frame_writer.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include <cstring>

using namespace troupe;

namespace {

/// Feeds `data` in pieces of `piece` bytes, a turn after each, and gives back all payloads.
std::vector<bytes> read_all(frame_reader& reader, byte_view data, std::size_t piece) {
  std::vector<bytes> payloads;
  while (!data.empty()) {
    const auto room = reader.prepare(std::min(piece, data.size()));
    const auto n = std::min({piece, data.size(), room.size()});
    std::memcpy(room.data(), data.data(), n);
    REQUIRE(reader.commit(n));
    data = data.subspan(n);
    reader.turn_end();
    while (const auto run = reader.poll())
      for (const auto& item : run->items) {
        REQUIRE(reinterpret_cast<std::uintptr_t>(run->owner->data() + item.offset) % 8 == 0);
        payloads.push_back(to_bytes(run->payload(item)));
      }
  }
  return payloads;
}

bytes filled(std::size_t size, std::uint8_t with) {
  return bytes(size, with);
}

std::optional<frame_errc> refusal(frame_rules rules, const frame_header& header) {
  frame_reader reader{rules};
  const auto room = reader.prepare(8);
  std::memcpy(room.data(), &header, 8);
  const auto result = reader.commit(8);
  return result ? std::nullopt : std::optional{result.error()};
}

} // namespace

TEST_CASE("frame writer: lays out header number payload and padding", "[unit][messages]") {
  const bytes payload{1, 2, 3};
  const auto made = single_frame(0x0203, payload);
  const bytes wanted{3, 0, 0, 0, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0};
  REQUIRE(to_bytes(made->view()) == wanted);
  REQUIRE(single_frame(1, {}, 0)->size() == 8);
}

TEST_CASE("frame writer: refuses what has no room and gives a big frame its own chunk", "[unit][messages]") {
  frame_writer writer{frame_numbered, 64};
  REQUIRE(writer.append(1, filled(24, 1)));
  REQUIRE_FALSE(writer.append(1, filled(24, 2)));
  REQUIRE(writer.frames() == 1);
  REQUIRE(writer.take()->size() == 40);
  REQUIRE_FALSE(writer.take());
  REQUIRE(writer.append(1, filled(1000, 3)));
  REQUIRE(writer.take()->size() == 1016);
  REQUIRE_THROWS(writer.append(1, filled(frame_length_max + 1, 3)));
}

TEST_CASE("frame reader: gives back what was written however it is cut", "[unit][messages]") {
  rc::prop("any sizes, any cuts", [](std::uint64_t seed) {
    const auto sizes = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, 3000));
    const auto piece = *rc::gen::inRange<std::size_t>(1, 5000);
    bytes wire;
    std::vector<bytes> sent;
    for (const auto size : sizes) {
      sent.push_back(filled(size, static_cast<std::uint8_t>(seed + sent.size())));
      const auto frame = single_frame(9, sent.back(), 0);
      wire.insert(wire.end(), frame->view().begin(), frame->view().end());
    }
    frame_reader reader{{4096, false}};
    RC_ASSERT(read_all(reader, wire, piece) == sent);
  });
}

TEST_CASE("frame reader: refuses bad headers by name", "[unit][messages]") {
  REQUIRE(refusal({100, true}, {101, 1, frame_numbered}) == frame_errc::too_long);
  REQUIRE(refusal({100, true}, {0xffffffff, 1, frame_numbered}) == frame_errc::too_long);
  REQUIRE(refusal({100, true}, {100, 1, frame_numbered}) == std::nullopt);
  REQUIRE(refusal({100, true}, {1, 1, frame_numbered | 4}) == frame_errc::unknown_flags);
  REQUIRE(refusal({100, true}, {1, 1, 0}) == frame_errc::number_missing);
  REQUIRE(refusal({100, false}, {1, 1, frame_numbered}) == frame_errc::number_present);
}

TEST_CASE("frame reader: skips a trace context of any content", "[unit][messages]") {
  bytes wire(8 + 32 + 8, 0xee);
  const frame_header header{5, 1, frame_traced};
  std::memcpy(wire.data(), &header, 8);
  frame_reader reader{{100, false}};
  REQUIRE(read_all(reader, wire, 7) == std::vector<bytes>{filled(5, 0xee)});
}

TEST_CASE("frame reader: splits runs where numbers do not follow", "[unit][messages]") {
  bytes wire;
  for (const std::uint64_t number : {5u, 6u, 9u, 9u, 10u}) {
    auto frame = single_frame(1, filled(3, 1));
    std::memcpy(frame->data() + 8, &number, 8);
    wire.insert(wire.end(), frame->view().begin(), frame->view().end());
  }
  frame_reader reader{{100, true}};
  std::memcpy(reader.prepare(wire.size()).data(), wire.data(), wire.size());
  REQUIRE(reader.commit(wire.size()));
  reader.turn_end();
  std::vector<std::pair<std::uint64_t, std::size_t>> runs;
  std::size_t credit = 0;
  while (const auto run = reader.poll()) {
    runs.emplace_back(run->first, run->items.size());
    credit += run->wire_size;
  }
  REQUIRE(runs == std::vector<std::pair<std::uint64_t, std::size_t>>{{5, 2}, {9, 1}, {9, 2}});
  REQUIRE(credit == wire.size());
}

TEST_CASE("frame reader: an idle lane holds at most 1 KiB", "[unit][messages]") {
  frame_reader reader{{1 << 20, false}};
  REQUIRE(reader.held() == 0);
  for (const std::size_t size : {10u, 60'000u, 1'000'000u, 10u, 10u}) {
    const auto frame = single_frame(1, filled(size, 1), 0);
    REQUIRE(read_all(reader, frame->view(), 64 * 1024).size() == 1);
    REQUIRE(reader.held() <= 1024);
  }
}

TEST_CASE("frame reader: an announced length costs no memory before its bytes come", "[unit][messages]") {
  frame_reader reader{{16u << 20, false}};
  const frame_header header{16u << 20, 1, 0};
  std::memcpy(reader.prepare(8).data(), &header, 8);
  REQUIRE(reader.commit(8));
  reader.turn_end();
  REQUIRE(reader.held() <= 1024);
  for (int i = 0; i < 10; ++i) {
    const auto room = reader.prepare(1000);
    REQUIRE(room.size() >= 1);
    REQUIRE(reader.commit(std::min<std::size_t>(room.size(), 1000)));
    reader.turn_end();
  }
  REQUIRE(reader.held() <= 128 * 1024);
}

TEST_CASE("frame reader: a frame longer than a window gives its credit back early and once",
          "[unit][messages]") {
  const auto frame = single_frame(1, filled(1'000'000, 1));
  frame_reader reader{{1 << 20, true}};
  auto data = frame->view();
  std::size_t early = 0;
  std::size_t leased = 0;
  while (!data.empty()) {
    const auto room = reader.prepare(data.size());
    const auto n = std::min({room.size(), data.size(), std::size_t{10'000}});
    std::memcpy(room.data(), data.data(), n);
    REQUIRE(reader.commit(n));
    data = data.subspan(n);
    reader.turn_end();
    early += reader.early_credit();
    while (const auto run = reader.poll())
      leased += run->wire_size;
  }
  REQUIRE(early + leased == frame->size());
  REQUIRE(leased <= 10'000);
}

TEST_CASE("frame reader: never writes to a chunk it has shared", "[unit][messages]") {
  const auto frame = single_frame(1, filled(100, 1), 0);
  bytes wire = to_bytes(frame->view());
  wire.insert(wire.end(), frame->view().begin(), frame->view().begin() + 50);
  frame_reader reader{{1000, false}};
  std::memcpy(reader.prepare(wire.size()).data(), wire.data(), wire.size());
  REQUIRE(reader.commit(wire.size()));
  reader.turn_end();
  const auto run = reader.poll();
  const auto rest = reader.prepare(58);
  REQUIRE((rest.data() < run->owner->data() || rest.data() >= run->owner->data() + run->owner->capacity()));
}
