// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/hex.hpp"
#include "messages/codec/multibase.hpp"
#include "messages/codec/utf8.hpp"
#include "messages/codec/uvarint.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

using namespace troupe;

TEST_CASE("uvarint: reads what it writes and says how many bytes", "[unit][messages][multiformats]") {
  rc::prop("round trip", [](std::uint64_t value, bytes tail) {
    value &= uvarint_max;
    bytes encoded;
    append_uvarint(encoded, value);
    const auto size = encoded.size();
    encoded.insert(encoded.end(), tail.begin(), tail.end());
    const auto read = read_uvarint(encoded);
    RC_ASSERT(read);
    RC_ASSERT(read->value == value);
    RC_ASSERT(read->size == size);
  });
  bytes largest;
  append_uvarint(largest, uvarint_max);
  REQUIRE(to_hex(largest) == "ffffffffffffffff7f");
  REQUIRE(read_uvarint(largest)->value == uvarint_max);
  REQUIRE_THROWS(append_uvarint(largest, uvarint_max + 1));
}

TEST_CASE("uvarint: truncated and padded and overlong forms are refused", "[unit][messages][multiformats]") {
  const auto refused = [](std::string_view text) { return read_uvarint(*from_hex(text)).error(); };
  REQUIRE(refused("") == uvarint_errc::truncated);
  REQUIRE(refused("80") == uvarint_errc::truncated);
  REQUIRE(refused("ffffffffffffffff") == uvarint_errc::truncated);
  REQUIRE(refused("8000") == uvarint_errc::not_minimal);
  REQUIRE(refused("ff808000") == uvarint_errc::not_minimal);
  REQUIRE(refused("ffffffffffffffffff") == uvarint_errc::too_long);
  REQUIRE(refused("80808080808080808001") == uvarint_errc::too_long);
  REQUIRE(read_uvarint(*from_hex("00"))->value == 0);
}

TEST_CASE("multibase: every encoding reads what it writes", "[unit][messages][multiformats]") {
  rc::prop("round trip", [](const bytes& data) {
    RC_ASSERT(base58_decode(base58_encode(data)) == data);
    RC_ASSERT(base36_decode(base36_encode(data)) == data);
    RC_ASSERT(base32_decode(base32_encode(data)) == data);
    RC_ASSERT(base64url_decode(base64url_encode(data)) == data);
    RC_ASSERT(multibase_decode("f" + to_hex(data)) == data);
  });
}

TEST_CASE("multibase: published test values", "[unit][messages][multiformats]") {
  const auto yes = to_bytes(as_bytes("yes mani !"));
  REQUIRE(base58_encode(yes) == "7paNL19xttacUY");
  REQUIRE(base36_encode(yes) == "2lcpzo5yikidynfl");
  REQUIRE(base32_encode(yes) == "pfsxgidnmfxgsibb");
  REQUIRE(base64url_encode(yes) == "eWVzIG1hbmkgIQ");
  for (const auto* text : {"f796573206d616e692021", "bpfsxgidnmfxgsibb", "k2lcpzo5yikidynfl",
                           "z7paNL19xttacUY", "ueWVzIG1hbmkgIQ"})
    REQUIRE(multibase_decode(text) == yes);
  REQUIRE(base58_encode(*from_hex("0000287fb4cd")) == "11233QC4");
}

TEST_CASE("multibase: text that no encoding gives is refused", "[unit][messages][multiformats]") {
  for (const auto* text : {"", "x00", "B", "b1", "ba", "bab=", "bAA", "f0", "fAB", "z0", "zO", "zI", "zl",
                           "kA", "k-", "u+", "uA", "uAB"})
    CHECK_FALSE(multibase_decode(text));
  REQUIRE(base32_decode("aa") == bytes{0});
  REQUIRE_FALSE(base32_decode("ab")); // the padding bits are set
  REQUIRE(base58_decode(std::string(multibase_text_max, '1')));
  REQUIRE_FALSE(base58_decode(std::string(multibase_text_max + 1, '1')));
  REQUIRE_FALSE(base32_decode(std::string(multibase_text_max + 8, 'a')));
}

TEST_CASE("hex: takes pairs of digits in both cases and nothing else", "[unit][messages][multiformats]") {
  REQUIRE(from_hex("00ffAbcD") == bytes{0x00, 0xff, 0xab, 0xcd});
  REQUIRE(to_hex(bytes{0x00, 0xff, 0xab}) == "00ffab");
  REQUIRE_FALSE(from_hex("0"));
  REQUIRE_FALSE(from_hex("0x"));
  REQUIRE_FALSE(from_hex("g0"));
  REQUIRE_FALSE(from_hex(" 0"));
}

TEST_CASE("utf8: overlong forms and surrogates and cut sequences are refused",
          "[unit][messages][multiformats]") {
  for (const auto* good : {"", "41", "c280", "dfbf", "e0a080", "ed9fbf", "ee8080", "f0908080", "f48fbfbf"})
    CHECK(is_utf8(*from_hex(good)));
  for (const auto* bad : {"80", "c0af", "c180", "e08080", "e09fbf", "eda080", "f0808080", "f08fbfbf",
                          "f4908080", "f5808080", "c2", "e0a0", "f09080", "c241"})
    CHECK_FALSE(is_utf8(*from_hex(bad)));
}
