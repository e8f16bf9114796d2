// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/peer_record.hpp"

#include "messages/codec/hex.hpp"
#include "messages/codec/uvarint.hpp"
#include "tests/unit/messages/crypto/spec_keys.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

using namespace troupe;

namespace {

key_pair spec_pair() {
  return key_pair::from_protobuf(*from_hex(spec_keys::ed25519_private)).value();
}

bytes field(std::uint8_t tag, byte_view data) {
  bytes out{tag};
  append_length_prefixed(out, data);
  return out;
}

bytes joined(std::initializer_list<bytes> parts) {
  bytes out;
  for (const auto& part : parts)
    out.insert(out.end(), part.begin(), part.end());
  return out;
}

const std::vector<multiaddr> addresses{*multiaddr::parse("/ip4/127.0.0.1/tcp/4001"),
                                       *multiaddr::parse("/dns4/a/tcp/1")};

} // namespace

TEST_CASE("peer record: the envelope has the deployed bytes and field order",
          "[unit][messages][peer_record]") {
  const auto pair = spec_pair();
  const auto payload =
    joined({field(0x0a, pair.id().multihash()), *from_hex("1007"), *from_hex("1a0a0a08047f000001060fa1"),
            *from_hex("1a080a063601610600"
                      "01")});
  REQUIRE(encode_peer_record({pair.id(), 7, addresses}) == payload);
  bytes message;
  for (const auto part : {as_bytes("libp2p-peer-record"), as_bytes("\x03\x01"), byte_view{payload}})
    append_length_prefixed(message, part);
  const auto expected_envelope =
    joined({field(0x0a, pair.public_part().to_protobuf()), field(0x12, bytes{3, 1}), field(0x1a, payload),
            field(0x2a, pair.sign(message))});
  REQUIRE(to_hex(make_signed_peer_record(pair, 7, addresses)) == to_hex(expected_envelope));
}

TEST_CASE("peer record: a signed one verifies and gives its content", "[unit][messages][peer_record]") {
  const auto pair = key_pair::generate();
  const auto read = verify_signed_peer_record(make_signed_peer_record(pair, ~std::uint64_t{0}, addresses));
  REQUIRE(read);
  REQUIRE(*read == peer_record{pair.id(), ~std::uint64_t{0}, addresses});
  REQUIRE(verify_signed_peer_record(make_signed_peer_record(pair, 0, {})) == peer_record{pair.id(), 0, {}});
}

TEST_CASE("peer record: any changed byte of an envelope is noticed", "[unit][messages][peer_record]") {
  const auto pair = spec_pair();
  const auto good = make_signed_peer_record(pair, 7, addresses);
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto changed = good;
    changed[i] ^= 0x04;
    CHECK_FALSE(verify_signed_peer_record(changed));
    CHECK_FALSE(verify_signed_peer_record(byte_view{good}.first(i)));
  }
}

TEST_CASE("peer record: each fault has its own error", "[unit][messages][peer_record]") {
  const auto pair = spec_pair();
  const auto other = key_pair::generate();
  const auto key = field(0x0a, pair.public_part().to_protobuf());
  const auto type = field(0x12, bytes{3, 1});
  const auto error_of = [](byte_view envelope) { return verify_signed_peer_record(envelope).error(); };
  CHECK(error_of(bytes(envelope_size_max + 1)) == codec_errc::too_long);
  CHECK(error_of(bytes{0x0a, 0x05}) == codec_errc::malformed);
  CHECK(error_of({}) == codec_errc::missing_field);
  CHECK(error_of(joined({key, type})) == codec_errc::missing_field);
  CHECK(error_of(joined({field(0x0a, bytes{1, 2}), type, field(0x2a, bytes(64))})) == codec_errc::bad_key);
  CHECK(error_of(joined({key, field(0x12, as_bytes("/libp2p/routing-state-record")),
                         field(0x2a, bytes(64))})) == codec_errc::wrong_type);
  CHECK(error_of(joined({key, type, field(0x2a, bytes(64))})) == codec_errc::bad_signature);
  CHECK(error_of(seal_envelope(other, peer_record_purpose, encode_peer_record({pair.id(), 1, {}}))) ==
        codec_errc::wrong_signer);
  CHECK(error_of(seal_envelope(other, peer_record_purpose, bytes{0x10, 0x01})) == codec_errc::missing_field);
  CHECK(error_of(seal_envelope(other, {"libp2p-routing-state", "\x03\x01"},
                               encode_peer_record({other.id(), 1, {}}))) == codec_errc::bad_signature);
}

TEST_CASE("peer record: unknown fields and unparsable addresses are skipped",
          "[unit][messages][peer_record]") {
  const auto pair = spec_pair();
  auto payload = encode_peer_record({pair.id(), 7, addresses});
  payload = joined({*from_hex("2001"
                              "1a030a0104"),
                    payload,
                    *from_hex("1a00"
                              "1a021001"
                              "7a0161")});
  const auto envelope = joined({seal_envelope(pair, peer_record_purpose, payload), *from_hex("3001")});
  REQUIRE(verify_signed_peer_record(envelope) == peer_record{pair.id(), 7, addresses});
}

TEST_CASE("peer record: keeps 32 addresses", "[unit][messages][peer_record]") {
  const std::vector<multiaddr> many(peer_record_addresses_max + 1, addresses[0]);
  const auto read = decode_peer_record(encode_peer_record({spec_pair().id(), 1, many}));
  REQUIRE(read->addresses.size() == peer_record_addresses_max);
}

TEST_CASE("peer record: envelopes of foreign keys are refused by their signature only",
          "[unit][messages][peer_record]") {
  const auto rsa = *from_hex(spec_keys::rsa_public);
  const auto envelope = joined({field(0x0a, rsa), field(0x12, bytes{3, 1}), field(0x2a, bytes(512, 1))});
  REQUIRE(verify_signed_peer_record(envelope).error() == codec_errc::bad_signature);
}
