// SPDX-License-Identifier: BSD-3-Clause
// The check values are those of spec: libp2p 1.1.
#include "messages/codec/peer_id_text.hpp"

#include "messages/codec/hex.hpp"
#include "messages/codec/multibase.hpp"
#include "messages/crypto/keys.hpp"
#include "tests/unit/messages/crypto/spec_keys.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

using namespace troupe;

namespace {

constexpr auto base58 = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";
constexpr auto base32 = "bafzaajaiaejcal72gwuz2or47oyxxn6b3rkwdmmkrxgkjxzy3rqt5kczyn7lcm3l";
constexpr auto base36 = "k51qzi5uqu5dhdmyb9bd18pypu2wp5lpv2xnskfmrqa4lb5knqryrotb05e7or";
constexpr auto multihash = "0024080112202ffa35a99d3a3cfbb17bb7c1dc5561b18a8dcca4df38dc613ea859c37eb1336b";

} // namespace

TEST_CASE("peer id text: the spec's check values in all three forms", "[unit][messages][peer_id]") {
  const auto id = peer_id::from_multihash(*from_hex(multihash)).value();
  REQUIRE(to_base58(id) == base58);
  REQUIRE(to_cid_base32(id) == base32);
  REQUIRE(to_cid_base36(id) == base36);
  for (const auto* text : {base58, base32, base36})
    REQUIRE(parse_peer_id(text) == id);
}

TEST_CASE("peer id text: key types show in the first letters", "[unit][messages][peer_id]") {
  const auto text_of = [](std::string_view key) {
    return to_base58(public_key::from_protobuf(*from_hex(key))->id());
  };
  REQUIRE(text_of(spec_keys::ed25519_public).starts_with("12D3KooW"));
  REQUIRE(text_of(spec_keys::secp256k1_public).starts_with("16Uiu2"));
  REQUIRE(text_of(spec_keys::ecdsa_public).starts_with("Qm"));
  REQUIRE(text_of(spec_keys::rsa_public).starts_with("Qm"));
}

TEST_CASE("peer id text: parsing gives back any id in any form", "[unit][messages][peer_id]") {
  rc::prop("round trip", [](const bytes& key, bool hashed) {
    bytes hash{hashed ? std::uint8_t{0x12} : std::uint8_t{0}, 0};
    hash.insert(hash.end(), key.begin(), key.end());
    hash.resize(2 + (hashed ? 32 : std::clamp<std::size_t>(key.size(), 1, 42)));
    hash[1] = static_cast<std::uint8_t>(hash.size() - 2);
    const auto id = peer_id::from_multihash(hash);
    RC_ASSERT(id);
    RC_ASSERT(parse_peer_id(to_base58(*id)) == *id);
    RC_ASSERT(parse_peer_id(to_cid_base32(*id)) == *id);
    RC_ASSERT(parse_peer_id(to_cid_base36(*id)) == *id);
  });
}

TEST_CASE("peer id text: bad text is refused with its reason", "[unit][messages][peer_id]") {
  const auto why = [](std::string_view text) {
    const auto parsed = parse_peer_id(text);
    REQUIRE_FALSE(parsed);
    return parsed.error().text;
  };
  REQUIRE(why("").find("empty") != std::string::npos);
  REQUIRE(why(std::string(129, '1')).find("129") != std::string::npos);
  REQUIRE(why("12D3KooW0").find("base58") != std::string::npos);
  REQUIRE(why("1").find("neither") != std::string::npos);
  REQUIRE(why("Qm").find("neither") != std::string::npos);
  REQUIRE(why("hello").find("CID") != std::string::npos);
  REQUIRE(why("b" + base32_encode(*from_hex("0172"))).find("neither") != std::string::npos);
  REQUIRE(why("b" + base32_encode(*from_hex("0070" + std::string{multihash}))).find("version") !=
          std::string::npos);
  REQUIRE(why("b" + base32_encode(*from_hex("0170" + std::string{multihash}))).find("0x72") !=
          std::string::npos);
  REQUIRE(why("b" + base32_encode(*from_hex("0172" + std::string{multihash} + "00"))).find("neither") !=
          std::string::npos);
  REQUIRE(why("b" + base32_encode(*from_hex("01f200" + std::string{multihash}))).find("0x72") !=
          std::string::npos);
}
