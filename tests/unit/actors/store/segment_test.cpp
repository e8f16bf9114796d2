// SPDX-License-Identifier: BSD-3-Clause
#include "actors/store/promise_log.hpp"
#include "actors/store/segment.hpp"
#include "messages/coding/crc32c.hpp"

#include "messages/codec/hex.hpp"
#include "messages/crypto/keys.hpp"

#include <catch2/catch.hpp>

#include <numeric>

using namespace troupe;
using namespace troupe::store;

TEST_CASE("crc32c: gives the sums of RFC 3720", "[unit][store]") {
  bytes rising(32);
  std::iota(rising.begin(), rising.end(), std::uint8_t{0});
  REQUIRE(crc32c(bytes(32, 0)) == 0x8a9136aa);
  REQUIRE(crc32c(bytes(32, 0xff)) == 0x62a8ab43);
  REQUIRE(crc32c(rising) == 0x46dd794e);
  REQUIRE(crc32c(as_bytes("123456789")) == 0xe3069283);
  REQUIRE(crc32c({}) == 0);
}

TEST_CASE("crc32c: parts sum to the whole", "[unit][store]") {
  const auto all = as_bytes("123456789");
  for (std::size_t cut = 0; cut <= all.size(); ++cut)
    REQUIRE(crc32c(all.subspan(cut), crc32c(all.first(cut))) == 0xe3069283);
}

TEST_CASE("segment: header and record have the bytes of the table", "[unit][store]") {
  std::array<std::uint8_t, 32> seed{};
  const auto identity = key_pair::from_seed(seed).id();
  auto segment = encode_segment_header({3, 0x0102, identity});
  REQUIRE(segment.size() == segment_header_size);
  REQUIRE(to_hex(byte_view{segment}.first(24)) == "54524f555045504c"
                                                  "02000000"
                                                  "03000000"
                                                  "0201000000000000");
  REQUIRE(segment[24] == 38);
  REQUIRE(to_hex(byte_view{segment}.subspan(25, 38)) == to_hex(identity.multihash()));
  REQUIRE(to_hex(byte_view{segment}.subspan(63, 13)) == std::string(26, '0'));
  append_record(segment, 0x0102, as_bytes("123456789"));
  REQUIRE(to_hex(byte_view{segment}.subspan(80, 8)) == "09000000"
                                                       "839206e3");
  REQUIRE(segment.size() == 80 + 12 + 9);
  const auto header = decode_segment_header(segment);
  REQUIRE(header);
  REQUIRE(*header == segment_header{3, 0x0102, identity});
  const auto records = read_records(segment, *header).records;
  REQUIRE(records.size() == 1);
  REQUIRE(as_text(records.front()) == "123456789");
}

TEST_CASE("segment: names have eight digits", "[unit][store]") {
  REQUIRE(segment_name(7) == "promises-00000007.log");
  REQUIRE(is_segment_name("promises-00000007.log"));
  for (const std::string other : {"promises-0000007.log", "promises-000000007.log", "promises-0000000a.log",
                                  "promises-00000007.txt", "Promises-00000007.log", ""})
    REQUIRE_FALSE(is_segment_name(other));
}
