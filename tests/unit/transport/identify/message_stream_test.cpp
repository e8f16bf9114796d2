// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/uvarint.hpp"
#include "transport/identify/message_stream.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::transport;

namespace {

identify_message small() {
  identify_message made;
  made.agent_version = "agent/1";
  made.protocols = {"/a", "/b"};
  made.listen_addresses = {multiaddr::parse("/ip4/127.0.0.1/tcp/80").value()};
  made.signed_peer_record = bytes(100, 7);
  return made;
}

std::size_t count_messages(byte_view stream) {
  std::size_t count = 0;
  while (!stream.empty()) {
    const auto length = read_uvarint(stream).value();
    REQUIRE(length.value <= identify_size_max);
    stream = stream.subspan(length.size + static_cast<std::size_t>(length.value));
    ++count;
  }
  return count;
}

} // namespace

TEST_CASE("identify stream: what is written is read back in pieces of any size", "[unit][identify]") {
  const auto stream = serialize_identify(small());
  REQUIRE(count_messages(stream) == 1);
  for (const std::size_t slice : {std::size_t{1}, std::size_t{7}, stream.size()}) {
    identify_reader reader;
    for (byte_view rest = stream; !rest.empty(); rest = rest.subspan(std::min(slice, rest.size())))
      REQUIRE(reader.feed(rest.first(std::min(slice, rest.size()))) == transport_errc::none);
    const auto whole = reader.finish();
    REQUIRE(whole);
    REQUIRE(whole->agent_version == "agent/1");
    REQUIRE(whole->protocols == small().protocols);
    REQUIRE(whole->listen_addresses == small().listen_addresses);
    REQUIRE(whole->signed_peer_record == small().signed_peer_record);
    REQUIRE_FALSE(whole->public_key);
  }
}

TEST_CASE("identify stream: a large identity is split and merged again", "[unit][identify]") {
  auto large = small();
  large.protocols.assign(150, std::string(140, 'p'));
  large.signed_peer_record = bytes(8000, 7);
  const auto stream = serialize_identify(large);
  const auto messages = count_messages(stream);
  REQUIRE(messages > 2);
  REQUIRE(messages <= identify_messages_max);
  identify_reader reader;
  REQUIRE(reader.feed(stream) == transport_errc::none);
  const auto whole = reader.finish();
  REQUIRE(whole->protocols == large.protocols);
  REQUIRE(whole->signed_peer_record == large.signed_peer_record);
}

TEST_CASE("identify stream: what exceeds ten messages is left out", "[unit][identify]") {
  auto huge = small();
  huge.protocols.assign(5000, std::string(140, 'p'));
  const auto stream = serialize_identify(huge);
  REQUIRE(count_messages(stream) <= identify_messages_max);
  identify_reader reader;
  REQUIRE(reader.feed(stream) == transport_errc::none);
  const auto whole = reader.finish();
  REQUIRE(whole->protocols.size() == identify_protocols_max);
  REQUIRE(whole->signed_peer_record);
}

TEST_CASE("identify stream: a message over 8 KiB is refused at its length", "[unit][identify]") {
  bytes stream;
  append_uvarint(stream, identify_size_max + 1);
  identify_reader reader;
  REQUIRE(reader.feed(byte_view{stream}.first(stream.size() - 1)) == transport_errc::none);
  REQUIRE(reader.feed(byte_view{stream}.last(1)) == transport_errc::misbehaved);
  for (const std::uint64_t length : {std::uint64_t{1} << 32, uvarint_max}) {
    bytes gigabytes;
    append_uvarint(gigabytes, length);
    identify_reader fresh;
    REQUIRE(fresh.feed(gigabytes) == transport_errc::misbehaved);
  }
  identify_reader endless;
  REQUIRE(endless.feed(bytes(20, 0xff)) == transport_errc::misbehaved);
}

TEST_CASE("identify stream: an eleventh message is refused", "[unit][identify]") {
  identify_reader reader;
  REQUIRE(reader.feed(bytes(10, 0)) == transport_errc::none);
  REQUIRE(reader.feed(bytes(1, 0)) == transport_errc::misbehaved);
}

TEST_CASE("identify stream: a stream that ends early or holds nothing is refused", "[unit][identify]") {
  REQUIRE_FALSE(identify_reader{}.finish());
  const auto stream = serialize_identify(small());
  identify_reader reader;
  REQUIRE(reader.feed(byte_view{stream}.first(stream.size() - 1)) == transport_errc::none);
  REQUIRE_FALSE(reader.finish());
}

TEST_CASE("identify stream: bytes that are no message are refused", "[unit][identify]") {
  identify_reader reader;
  REQUIRE(reader.feed(bytes{3, 0x12, 0x7f, 0x01}) == transport_errc::misbehaved);
}
