// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/batch_codec.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::brb;

TEST_CASE("batch codec: one operation is the payload itself", "[unit][codec]") {
  const std::vector<bytes> one{{1, 2, 3}};
  REQUIRE(encode_batch(one) == one[0]);
  const auto read = decode_batch(one[0], 1);
  REQUIRE(read.has_value());
  REQUIRE(to_bytes(read->front()) == one[0]);
}

TEST_CASE("batch codec: several come back in order, empty ones too", "[unit][codec]") {
  const std::vector<bytes> all{{1}, {}, bytes(300, 7)};
  const auto payload = encode_batch(all);
  REQUIRE(payload.size() == batch_size(3, 301));
  const auto read = decode_batch(payload, 3);
  REQUIRE(read.has_value());
  for (std::size_t i = 0; i < all.size(); ++i)
    REQUIRE(to_bytes((*read)[i]) == all[i]);
}

TEST_CASE("batch codec: what does not add up is refused by name", "[unit][codec]") {
  const std::vector<bytes> all{{1, 2}, {3}};
  auto payload = encode_batch(all);
  using errc = agreement_codec_errc;
  REQUIRE(decode_batch(payload, 0).error() == errc::malformed);
  REQUIRE(decode_batch(payload, 3).error() == errc::malformed);
  REQUIRE(decode_batch(payload, batch_operations_max + 1).error() == errc::too_many);
  for (auto cut = payload; !cut.empty();) {
    cut.pop_back();
    REQUIRE(decode_batch(cut, 2).error() == errc::malformed);
  }
  payload.push_back(0);
  REQUIRE(decode_batch(payload, 2).error() == errc::malformed);
  payload = encode_batch(all);
  payload[3] = 0xff; // a length of 4 GB
  REQUIRE(decode_batch(payload, 2).error() == errc::malformed);
}
