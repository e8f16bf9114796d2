// SPDX-License-Identifier: BSD-3-Clause
// Raw faults: single frames of /troupe/ lanes are dropped, doubled and reordered, everything else is left
// alone.
#include "messages/types/frame.hpp"
#include "tests/support/sim_nodes.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstring>
#include <numeric>

using namespace troupe;
using namespace troupe::test;
using namespace troupe::transport;

namespace {

/// A frame whose payload is `number`.
bytes frame_of(std::uint64_t number, std::size_t payload = 16) {
  bytes result(sizeof(frame_header) + padded(payload));
  const frame_header header{static_cast<std::uint32_t>(payload), 1, 0};
  std::memcpy(result.data(), &header, sizeof header);
  std::memcpy(result.data() + sizeof header, &number, sizeof number);
  return result;
}

std::vector<std::uint64_t> numbers_in(byte_view data) {
  std::vector<std::uint64_t> result;
  while (!data.empty()) {
    frame_header header;
    std::memcpy(&header, data.data(), sizeof header);
    result.push_back(0);
    std::memcpy(&result.back(), data.data() + sizeof header, sizeof(std::uint64_t));
    data = data.subspan(frame_size(header));
  }
  return result;
}

struct outcome {
  std::vector<std::uint64_t> numbers;
  std::size_t drained;
  std::uint64_t trace;
};

/// Sends `count` numbered frames over one lane.
outcome send_over(const std::string& protocol, const raw_faults& raw, std::uint64_t count = 2000,
                  std::uint64_t seed = 5) {
  link_conditions conditions;
  conditions.raw = raw;
  sim_nodes nodes{seed, {}, conditions};
  trace_digest trace;
  nodes.world.on_trace([&](const trace_record& record, byte_view) { trace.add(record); });
  started_nodes started{nodes};
  lane_server server;
  nodes.node(1).mount(server.offer({protocol}));
  const auto log = make_lane_log();
  const auto lane = started.open(started.connect(0, 1).dialler, {protocol}, log);
  for (std::uint64_t i = 0; i < count; ++i)
    lane->write(chunk::copy_of(frame_of(i)));
  lane->finish();
  const auto served = server.at(0);
  REQUIRE(nodes.pump_until([&] { return served->with([](const lane_record& r) { return r.finished; }); }));
  return {numbers_in(served->with([](const lane_record& r) { return r.received; })),
          log->with([](const lane_record& r) { return r.drained; }), trace.value()};
}

std::vector<std::uint64_t> ascending(std::uint64_t count) {
  std::vector<std::uint64_t> result(count);
  std::iota(result.begin(), result.end(), 0u);
  return result;
}

const raw_faults everything{.drop = 100'000, .duplicate = 100'000, .reorder = 100'000};
constexpr std::size_t written = 2000 * 24;

} // namespace

TEST_CASE("sim raw: frames are dropped at their rate and the rest stays in order", "[unit][transport][sim]") {
  const auto result = send_over("/troupe/test/1", {.drop = 100'000});
  CHECK(result.numbers.size() > 1700);
  CHECK(result.numbers.size() < 1900);
  CHECK(std::is_sorted(result.numbers.begin(), result.numbers.end()));
  CHECK(result.drained == written);
}

TEST_CASE("sim raw: frames are doubled and none is lost", "[unit][transport][sim]") {
  auto result = send_over("/troupe/test/1", {.duplicate = 100'000});
  CHECK(result.numbers.size() > 2100);
  CHECK(result.numbers.size() < 2300);
  result.numbers.erase(std::unique(result.numbers.begin(), result.numbers.end()), result.numbers.end());
  CHECK(result.numbers == ascending(2000));
  CHECK(result.drained == written);
}

TEST_CASE("sim raw: frames are reordered by a few places and none is lost", "[unit][transport][sim]") {
  auto result = send_over("/troupe/test/1", {.reorder = 100'000});
  CHECK_FALSE(std::is_sorted(result.numbers.begin(), result.numbers.end()));
  for (std::size_t at = 0; at < result.numbers.size(); ++at) {
    const auto moved = static_cast<std::int64_t>(at) - static_cast<std::int64_t>(result.numbers[at]);
    CHECK(std::abs(moved) <= static_cast<std::int64_t>(raw_filter::held_max));
  }
  std::sort(result.numbers.begin(), result.numbers.end());
  CHECK(result.numbers == ascending(2000));
}

TEST_CASE("sim raw: a frame held back goes out without successors", "[unit][transport][sim]") {
  const auto result = send_over("/troupe/session/1", {.reorder = 1'000'000}, 1);
  CHECK(result.numbers == ascending(1));
}

TEST_CASE("sim raw: lanes of other protocols are left alone", "[unit][transport][sim]") {
  for (const std::string protocol : {"/ipfs/ping/1.0.0", "/troupe", "/x/troupe/1"})
    CHECK(send_over(protocol, everything).numbers == ascending(2000));
}

TEST_CASE("sim raw: the same seed gives the same trace and another seed another one",
          "[unit][transport][sim]") {
  const auto first = send_over("/troupe/test/1", everything, 300, 5);
  const auto again = send_over("/troupe/test/1", everything, 300, 5);
  const auto other = send_over("/troupe/test/1", everything, 300, 6);
  CHECK(first.trace == again.trace);
  CHECK(first.numbers == again.numbers);
  CHECK(first.trace != other.trace);
  CHECK(first.numbers != other.numbers);
}

TEST_CASE("raw filter: cuts frames out of pieces of any size", "[unit][transport][sim]") {
  bytes stream;
  for (std::uint64_t i = 0; i < 50; ++i) {
    const auto frame = frame_of(i, 8 + i * 7 % 90);
    stream.insert(stream.end(), frame.begin(), frame.end());
  }
  for (const std::size_t piece : {1u, 7u, 64u, 5000u}) {
    raw_filter filter{random_stream{1}};
    std::vector<raw_filter::output> out;
    for (std::size_t at = 0; at < stream.size(); at += piece)
      filter.push(byte_view{stream}.subspan(at, std::min(piece, stream.size() - at)), {}, out);
    CHECK(out.size() == 50);
    bytes joined;
    for (const auto& one : out)
      joined.insert(joined.end(), one.frame->view().begin(), one.frame->view().end());
    CHECK(joined == stream);
  }
}

TEST_CASE("raw filter: lets bytes that are no frames pass and keeps their order", "[unit][transport][sim]") {
  const bytes garbage = [] {
    bytes made = frame_of(1);
    made.insert(made.end(), 100, 0xff);
    return made;
  }();
  raw_filter filter{random_stream{1}};
  std::vector<raw_filter::output> out;
  filter.push(garbage, {.drop = 0, .duplicate = 0, .reorder = 1'000'000}, out);
  filter.push(garbage, {.drop = 1'000'000}, out);
  bytes joined;
  for (const auto& one : out) {
    CHECK(one.what == raw_filter::fate::passed);
    joined.insert(joined.end(), one.frame->view().begin(), one.frame->view().end());
  }
  auto expected_bytes = garbage;
  expected_bytes.insert(expected_bytes.end(), garbage.begin(), garbage.end());
  CHECK(joined == expected_bytes);
}

TEST_CASE("raw filter: holds back no more frames than its cap", "[unit][transport][sim]") {
  raw_filter filter{random_stream{1}};
  std::vector<raw_filter::output> out;
  std::size_t pushed = 0;
  while (out.empty() && pushed < 1000) {
    filter.push(frame_of(pushed), {.reorder = 1'000'000}, out);
    ++pushed;
  }
  CHECK(pushed == raw_filter::held_max + 1);
  filter.flush(out);
  CHECK(out.size() == pushed);
}

TEST_CASE("raw filter: gives an incomplete frame back at the end", "[unit][transport][sim]") {
  raw_filter filter{random_stream{1}};
  std::vector<raw_filter::output> out;
  const auto whole = frame_of(1);
  filter.push(byte_view{whole}.first(13), {.drop = 1'000'000}, out);
  CHECK(out.empty());
  filter.flush(out);
  REQUIRE(out.size() == 1);
  CHECK(out[0].frame->size() == 13);
}
