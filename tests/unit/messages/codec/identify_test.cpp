// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/identify.hpp"

#include "messages/codec/hex.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

using namespace troupe;

namespace {

identify_message full_message() {
  identify_message message;
  message.public_key = bytes{0x08, 0x01};
  message.listen_addresses = {*multiaddr::parse("/ip4/127.0.0.1/tcp/4001"),
                              *multiaddr::parse("/ip4/1.2.3.4/tcp/80")};
  message.protocols = {"/ipfs/id/1.0.0", "/x"};
  message.observed_address = *multiaddr::parse("/ip4/9.8.7.6/tcp/1");
  message.protocol_version = "ipfs/0.1.0";
  message.agent_version = "troupe/0";
  message.signed_peer_record = bytes{0xaa, 0xbb};
  return message;
}

bytes hex(std::string_view text) {
  return from_hex(text).value();
}

} // namespace

TEST_CASE("identify: fields are written in number order byte for byte", "[unit][messages][identify]") {
  const auto encoded = encode_identify(full_message());
  REQUIRE(encoded.size() == 1);
  REQUIRE(to_hex(encoded[0]) == "0a020801"
                                "1208047f000001060fa1"
                                "12080401020304060050"
                                "1a0e2f697066732f69642f312e302e30"
                                "1a022f78"
                                "22080409080706060001"
                                "2a0a697066732f302e312e30"
                                "320874726f7570652f30"
                                "4202aabb");
  REQUIRE(decode_identify(encoded[0]) == full_message());
}

TEST_CASE("identify: an empty message has no fields", "[unit][messages][identify]") {
  REQUIRE(encode_identify({}) == std::vector<bytes>{bytes{}});
  REQUIRE(decode_identify({}) == identify_message{});
}

TEST_CASE("identify: unknown fields and wrong wire types are skipped", "[unit][messages][identify]") {
  // field 7 varint, field 9 bytes, field 6 as a varint, field 200 as fixed32, then an agent version
  const auto read = decode_identify(hex("3805"
                                        "4a0161"
                                        "3001"
                                        "c50c01020304"
                                        "320161"));
  REQUIRE(read);
  identify_message only_agent;
  only_agent.agent_version = "a";
  REQUIRE(*read == only_agent);
}

TEST_CASE("identify: bytes that are no protobuf are refused", "[unit][messages][identify]") {
  for (const auto* text :
       {"0a", "0a05", "0a0501", "00", "0affffffff0f", "3b", "80", "32ffffffffffffffffff01"})
    CHECK(decode_identify(hex(text)).error() == codec_errc::malformed);
}

TEST_CASE("identify: bad addresses and unprintable texts are dropped alone", "[unit][messages][identify]") {
  const auto read = decode_identify(hex("1202"
                                        "0402"
                                        "12080401020304060050"
                                        "2201ff"
                                        "1a020a0a"
                                        "1a00"
                                        "1a022f78"
                                        "3202c328"
                                        "2a021b5b"));
  REQUIRE(read);
  REQUIRE(read->listen_addresses == std::vector{*multiaddr::parse("/ip4/1.2.3.4/tcp/80")});
  REQUIRE(read->protocols == std::vector<std::string>{"/x"});
  REQUIRE_FALSE(read->observed_address);
  REQUIRE_FALSE(read->agent_version);
  REQUIRE_FALSE(read->protocol_version);
}

TEST_CASE("identify: an address of an unknown code is kept raw", "[unit][messages][identify]") {
  const auto read = decode_identify(hex("1203"
                                        "990201"));
  REQUIRE(read->listen_addresses.size() == 1);
  REQUIRE_FALSE(read->listen_addresses[0].known());
}

TEST_CASE("identify: every cap holds", "[unit][messages][identify]") {
  REQUIRE(decode_identify(bytes(identify_size_max + 1)).error() == codec_errc::too_long);
  bytes many;
  for (int i = 0; i < 600; ++i) {
    const auto address = hex("1208040102030406"
                             "0050");
    const auto protocol = hex("1a022f78");
    many.insert(many.end(), i < 300 ? address.begin() : protocol.begin(),
                i < 300 ? address.end() : protocol.end());
  }
  auto read = decode_identify(many).value();
  REQUIRE(read.listen_addresses.size() == identify_addresses_max);
  REQUIRE(read.protocols.size() == identify_protocols_max);
  merge(read, decode_identify(many).value());
  REQUIRE(read.listen_addresses.size() == identify_addresses_max);
  REQUIRE(read.protocols.size() == identify_protocols_max);
  identify_message wordy;
  wordy.agent_version = std::string(identify_text_max, 'a');
  REQUIRE(decode_identify(encode_identify(wordy)[0])->agent_version);
  wordy.agent_version->push_back('a');
  REQUIRE_FALSE(decode_identify(encode_identify(wordy)[0])->agent_version);
}

TEST_CASE("identify: a long message sends its record separately and merges back",
          "[unit][messages][identify]") {
  auto message = full_message();
  message.signed_peer_record = bytes(8000, 0x5a);
  message.protocols.assign(40, "/a/protocol/with/a/name");
  const auto parts = encode_identify(message);
  REQUIRE(parts.size() == 2);
  auto merged = decode_identify(parts[0]).value();
  REQUIRE_FALSE(merged.signed_peer_record);
  merge(merged, decode_identify(parts[1]).value());
  REQUIRE(merged == message);
}

TEST_CASE("identify: a push without a field leaves it unchanged", "[unit][messages][identify]") {
  auto known = full_message();
  identify_message push;
  push.agent_version = "troupe/1";
  merge(known, push);
  REQUIRE(known.agent_version == "troupe/1");
  REQUIRE(known.protocol_version == "ipfs/0.1.0");
  REQUIRE(known.observed_address);
}

TEST_CASE("identify: decoding gives back what was encoded", "[unit][messages][identify]") {
  rc::prop("round trip", [](const bytes& key, bool with_record, const bytes& record, std::uint16_t port) {
    const auto letters = rc::gen::container<std::string>(rc::gen::inRange('a', 'z'));
    identify_message message;
    message.public_key = key;
    if (with_record)
      message.signed_peer_record = record;
    message.agent_version = *letters;
    message.protocols = *rc::gen::container<std::vector<std::string>>(rc::gen::nonEmpty(letters));
    message.listen_addresses.push_back(*multiaddr::parse("/ip6/::1/udp/" + std::to_string(port)));
    RC_ASSERT(decode_identify(encode_identify(message)[0]) == message);
  });
}
