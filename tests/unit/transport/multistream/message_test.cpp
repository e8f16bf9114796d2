// SPDX-License-Identifier: BSD-3-Clause
#include "transport/multistream/message.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::transport;
using namespace troupe::transport::multistream;

namespace {

std::string written(std::string_view text) {
  bytes out;
  append_message(out, text);
  return std::string{as_text(out)};
}

transport_errc refusal(byte_view data) {
  message_reader reader;
  const auto took = reader.take(data);
  return took ? transport_errc::none : took.error();
}

} // namespace

TEST_CASE("multistream message: has the bytes of the specification", "[unit][multistream]") {
  REQUIRE(written("/multistream/1.0.0") == "\x13/multistream/1.0.0\n");
  REQUIRE(written("na") == "\x03na\n");
  REQUIRE(written("ls") == "\x03ls\n");
  const auto longest = written(std::string(message_size_max - 1, 'x'));
  REQUIRE(longest.substr(0, 2) == "\x80\x08");
  REQUIRE(longest.size() == 2 + message_size_max);
}

TEST_CASE("multistream message: a listing embeds each id and ends in a newline", "[unit][multistream]") {
  bytes out;
  append_listing(out, {"/a", "/bc"});
  REQUIRE(as_text(out) == "\x0a\x03/a\n\x04/bc\n\n");
}

TEST_CASE("multistream message: is read byte by byte and not beyond its end", "[unit][multistream]") {
  const auto text = written("/yamux/1.0.0") + "surplus";
  message_reader reader;
  std::size_t used = 0;
  while (!reader.complete()) {
    REQUIRE(reader.wanted() >= 1);
    const auto took = reader.take(as_bytes(text).subspan(used, 1));
    REQUIRE(took);
    used += *took;
  }
  REQUIRE(used == text.size() - 7);
  REQUIRE(reader.text() == "/yamux/1.0.0");
  reader.next();
  REQUIRE_FALSE(reader.complete());
}

TEST_CASE("multistream message: what it wants never reaches beyond the message", "[unit][multistream]") {
  const auto text = written("/tls/1.0.0");
  message_reader reader;
  for (std::size_t used = 0; !reader.complete();) {
    REQUIRE(used + reader.wanted() <= text.size());
    used += *reader.take(as_bytes(text).subspan(used, reader.wanted()));
  }
  REQUIRE(reader.text() == "/tls/1.0.0");
}

TEST_CASE("multistream message: the longest one is taken and one byte more refused", "[unit][multistream]") {
  message_reader reader;
  const auto longest = written(std::string(message_size_max - 1, 'x'));
  REQUIRE(reader.take(as_bytes(longest)));
  REQUIRE(reader.complete());
  const std::uint8_t longer[] = {0x81, 0x08};
  REQUIRE(refusal(longer) == transport_errc::negotiation_malformed);
}

TEST_CASE("multistream message: malformed lengths and texts are refused", "[unit][multistream]") {
  const std::uint8_t zero[] = {0x00};
  const std::uint8_t overlong[] = {0x83, 0x00};
  const std::uint8_t three_bytes[] = {0x80, 0x80, 0x01};
  const std::uint8_t four_gib[] = {0xff, 0xff, 0xff, 0xff, 0x0f};
  const std::uint8_t no_newline[] = {0x03, 'n', 'a', 'x'};
  const std::uint8_t two_newlines[] = {0x03, 'n', '\n', '\n'};
  for (const byte_view bad : {byte_view{zero}, byte_view{overlong}, byte_view{three_bytes},
                              byte_view{four_gib}, byte_view{no_newline}, byte_view{two_newlines}})
    REQUIRE(refusal(bad) == transport_errc::negotiation_malformed);
}
