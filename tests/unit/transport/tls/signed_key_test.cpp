// SPDX-License-Identifier: BSD-3-Clause
#include "transport/tls/signed_key.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::transport::tls;

TEST_CASE("signed key: what is written is read back at every length form", "[unit][tls]") {
  for (const std::size_t length : {0u, 1u, 127u, 128u, 255u, 256u, 2000u}) {
    const bytes key(length, 0x11);
    const bytes signature(64, 0x22);
    const auto der = serialize_signed_key({key, signature});
    const auto parsed = parse_signed_key(der);
    REQUIRE(parsed);
    REQUIRE(to_bytes(parsed->public_key) == key);
    REQUIRE(to_bytes(parsed->signature) == signature);
  }
}

TEST_CASE("signed key: every truncation and every appended byte is refused", "[unit][tls]") {
  const bytes key(36, 0x11);
  const bytes signature(200, 0x22);
  auto der = serialize_signed_key({key, signature});
  for (std::size_t n = 0; n < der.size(); ++n)
    REQUIRE_FALSE(parse_signed_key(byte_view{der}.first(n)));
  der.push_back(0);
  REQUIRE_FALSE(parse_signed_key(der));
}

TEST_CASE("signed key: only the one DER form is taken", "[unit][tls]") {
  REQUIRE(parse_signed_key(bytes{0x30, 6, 4, 1, 0xaa, 4, 1, 0xbb}));
  const bytes wrong_outer_tag{0x31, 6, 4, 1, 0xaa, 4, 1, 0xbb};
  const bytes wrong_inner_tag{0x30, 6, 3, 1, 0xaa, 4, 1, 0xbb};
  const bytes one_part{0x30, 3, 4, 1, 0xaa};
  const bytes three_parts{0x30, 9, 4, 1, 0xaa, 4, 1, 0xbb, 4, 1, 0xcc};
  const bytes long_form_of_a_short_length{0x30, 0x81, 6, 4, 1, 0xaa, 4, 1, 0xbb};
  const bytes two_digits_where_one_does{0x30, 7, 4, 0x82, 0, 1, 0xaa, 4, 0};
  const bytes indefinite{0x30, 0x80, 4, 1, 0xaa, 4, 1, 0xbb, 0, 0};
  const bytes four_gigabytes{0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 4, 1};
  for (const auto& bad : {wrong_outer_tag, wrong_inner_tag, one_part, three_parts,
                          long_form_of_a_short_length, two_digits_where_one_does, indefinite, four_gigabytes})
    REQUIRE_FALSE(parse_signed_key(bad));
}
