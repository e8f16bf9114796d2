// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/trace/trace_file.hpp"

#include "tests/support/scratch_folder.hpp"

#include <catch2/catch.hpp>

#include <fstream>

using namespace troupe;
using namespace troupe::lab;
using Catch::Contains;

namespace {

trace sample() {
  trace_recorder recorder;
  recorder.add({1'500'000'000, 0, 2, trace_kind::sent, 0x0301, 212, 0x00112233aabbccdd});
  recorder.add(
    {~std::uint64_t{}, no_node, no_node, trace_kind::note, 0xffff, ~std::uint32_t{}, ~std::uint64_t{}});
  return recorder.finish({0x1111, 42, 0x2222, "abc1234"});
}

trace_errc refusal(byte_view data) {
  const auto read = decode_trace(data);
  REQUIRE_FALSE(read);
  return read.error();
}

void put(const std::filesystem::path& file, byte_view data) {
  std::ofstream(file, std::ios::binary) << as_text(data);
}

} // namespace

TEST_CASE("trace file: what is written is read back", "[unit][lab]") {
  const auto written = sample();
  const auto data = encode(written);
  CHECK(data.size() == trace_header_size + 2 * trace_record_size);
  const auto read = decode_trace(data);
  REQUIRE(read);
  CHECK(read->identity == written.identity);
  CHECK(read->dropped == 0);
  CHECK(read->records == written.records);
}

TEST_CASE("trace file: the bytes are those of the page", "[unit][lab]") {
  const auto data = encode(sample());
  CHECK(as_text(byte_view{data}.first(8)) == "TROUPELT");
  CHECK(data[8] == 1);
  CHECK(data[16] == 42);
  CHECK(data[24] == 0x11);
  CHECK(data[32] == 0x22);
  CHECK(data[40] == 2);
  CHECK(data[56] == 7);
  CHECK(as_text(byte_view{data}.subspan(57, 7)) == "abc1234");
  CHECK(bytes(data.begin() + 128, data.begin() + 160) ==
        bytes{0x00, 0x2f, 0x68, 0x59, 0, 0, 0, 0, 0,    0,    2,    0,    1,    0,    0x01, 0x03,
              212,  0,    0,    0,    0, 0, 0, 0, 0xdd, 0xcc, 0xbb, 0xaa, 0x33, 0x22, 0x11, 0x00});
}

TEST_CASE("trace file: a file made by another program after the page is read", "[unit][lab]") {
  const auto read = read_trace(TROUPE_SOURCE_DIR "/tests/fuzz/corpus/lab_trace/whole");
  REQUIRE(read);
  CHECK(read->identity == trace_identity{0x1111, 42, 0x2222, "abc1234"});
  REQUIRE(read->records.size() == 4);
  CHECK(read->records[0] == trace_record{10, 0, 1, trace_kind::sent, 0x0301, 212, 7});
  CHECK(read->records[3] == trace_record{14, 2, no_node, trace_kind::stopped, 0, 0, 0});
}

TEST_CASE("trace file: records beyond the cap are counted and the first ones kept", "[unit][lab]") {
  trace_recorder recorder(2);
  for (std::uint64_t i = 0; i < 5; ++i)
    recorder.add({i, 0, 1, trace_kind::sent, 0, 0, 0});
  CHECK(recorder.dropped() == 3);
  const auto finished = recorder.finish({});
  const auto read = decode_trace(encode(finished));
  REQUIRE(read);
  CHECK(read->dropped == 3);
  REQUIRE(read->records.size() == 2);
  CHECK(read->records[1].at_ns == 1);
  CHECK(recorder.dropped() == 0);
  CHECK(recorder.finish({}).records.empty());
}

TEST_CASE("trace file: every shorter one is refused", "[unit][lab]") {
  const auto data = encode(sample());
  for (std::size_t size = 0; size < data.size(); ++size)
    CHECK(refusal(byte_view{data}.first(size)) ==
          (size < 12 ? trace_errc::not_a_trace : trace_errc::truncated));
}

TEST_CASE("trace file: every flipped bit is noticed", "[unit][lab]") {
  const auto whole = encode(sample());
  for (std::size_t at = 0; at < whole.size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      auto data = whole;
      data[at] = static_cast<std::uint8_t>(data[at] ^ (1 << bit));
      const auto why = refusal(data);
      if (at < 8)
        CHECK(why == trace_errc::not_a_trace);
      else if (at < 12)
        CHECK(why == trace_errc::other_version);
      else if (at < 40 || at >= 48)
        CHECK(why == trace_errc::damaged);
    }
}

TEST_CASE("trace file: bytes behind the end are damage", "[unit][lab]") {
  auto data = encode(sample());
  data.push_back(0);
  CHECK(refusal(data) == trace_errc::damaged);
}

TEST_CASE("trace file: a length beyond the limit is refused before memory is taken", "[unit][lab]") {
  auto data = encode(sample());
  for (std::size_t at = 40; at < 48; ++at)
    data[at] = 0xff;
  CHECK(refusal(data) == trace_errc::too_long);
}

TEST_CASE("trace file: a kind that no writer makes is damage though the checksum fits", "[unit][lab]") {
  auto bad = sample();
  for (const int kind : {0, 9, 255}) {
    bad.records[0].kind = static_cast<trace_kind>(kind);
    CHECK(refusal(encode(bad)) == trace_errc::damaged);
  }
}

TEST_CASE("trace file: a revision that is too long is cut between characters", "[unit][lab]") {
  auto long_one = sample();
  long_one.identity.revision = std::string(trace_revision_max - 1, 'a') + "é";
  const auto read = decode_trace(encode(long_one));
  REQUIRE(read);
  CHECK(read->identity.revision == std::string(trace_revision_max - 1, 'a'));
}

TEST_CASE("trace file: the first difference of two runs is found", "[unit][lab]") {
  const auto a = sample();
  auto b = a;
  CHECK_FALSE(first_difference(a, b));
  b.records[1].size = 7;
  CHECK(first_difference(a, b) == 1u);
  b.records.pop_back();
  CHECK(first_difference(a, b) == 1u);
  b.dropped = 4; // it was full there: nothing is known
  CHECK_FALSE(first_difference(a, b));
  CHECK(text_of(a.records[0]) ==
        "1.500000000 s sent n1 to n3, type 0x0301, 212 bytes, hash 00112233aabbccdd");
  CHECK_THAT(text_of(a.records[1]), Contains("note - to -"));
}

TEST_CASE("trace file: it is refused on disk with its name and the reason", "[unit][lab]") {
  const test::scratch_folder scratch;
  const auto file = scratch.path() / "trace";
  CHECK_THAT(read_trace(file).error().text, Contains("trace: No such file"));
  REQUIRE(write_trace(sample(), file));
  CHECK(read_trace(file)->records == sample().records);
  CHECK_THAT(write_trace(sample(), scratch.path()).error().text, Contains("cannot write"));
  auto data = encode(sample());
  data[8] = 2;
  put(file, data);
  CHECK_THAT(read_trace(file).error().text, Contains("format that this program does not read"));
  put(file, {});
  CHECK_THAT(read_trace(file).error().text, Contains("no trace of the laboratory"));
  std::filesystem::resize_file(file, trace_header_size + trace_records_max * trace_record_size + 1);
  CHECK_THAT(read_trace(file).error().text, Contains("more records"));
}
