// SPDX-License-Identifier: BSD-3-Clause
#include "transport/address/txt_answer.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::transport;

namespace {

void add(bytes& to, std::initializer_list<int> values) {
  for (const int value : values)
    to.push_back(static_cast<std::uint8_t>(value));
}

/// A response with one question for "a.b" and this many answers announced.
bytes response(int answers) {
  bytes made;
  add(made, {0x12, 0x34, 0x81, 0x80, 0, 1, answers >> 8, answers & 0xff, 0, 0, 0, 0});
  add(made, {1, 'a', 1, 'b', 0, 0, 16, 0, 1});
  return made;
}

void add_record(bytes& to, int type, std::initializer_list<std::string_view> strings) {
  std::size_t length = 0;
  for (const auto text : strings)
    length += 1 + text.size();
  add(to,
      {0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, static_cast<int>(length >> 8), static_cast<int>(length & 0xff)});
  for (const auto text : strings) {
    to.push_back(static_cast<std::uint8_t>(text.size()));
    to.insert(to.end(), as_bytes(text).begin(), as_bytes(text).end());
  }
}

} // namespace

TEST_CASE("txt answer: texts come in order with their strings joined", "[unit][address]") {
  auto message = response(3);
  add_record(message, 16, {"dnsaddr=/ip4/", "1.2.3.4"});
  add_record(message, 5, {"skipped"});
  add_record(message, 16, {""});
  REQUIRE(*txt_records(message) == std::vector<std::string>{"dnsaddr=/ip4/1.2.3.4", ""});
}

TEST_CASE("txt answer: every truncation is refused", "[unit][address]") {
  auto message = response(2);
  add_record(message, 16, {"one", "two"});
  add_record(message, 16, {"three"});
  REQUIRE(txt_records(message));
  for (std::size_t n = 0; n < message.size(); ++n) {
    INFO(n);
    REQUIRE(txt_records(byte_view{message}.first(n)).error() == dns_errc::truncated);
  }
}

TEST_CASE("txt answer: a string longer than its record is refused", "[unit][address]") {
  auto message = response(1);
  add_record(message, 16, {"four"});
  message[message.size() - 5] = 200;
  message.resize(message.size() + 300);
  REQUIRE(txt_records(message).error() == dns_errc::truncated);
}

TEST_CASE("txt answer: queries and error answers are refused", "[unit][address]") {
  auto message = response(0);
  REQUIRE(txt_records(message)->empty());
  message[3] = 0x83; // no such name
  REQUIRE(txt_records(message).error() == dns_errc::not_an_answer);
  message[3] = 0x80;
  message[2] = 0x01;
  REQUIRE(txt_records(message).error() == dns_errc::not_an_answer);
}

TEST_CASE("txt answer: more records than the limit are refused before they are read", "[unit][address]") {
  REQUIRE(txt_records(response(257)).error() == dns_errc::too_many);
  REQUIRE(txt_records(response(256)).error() == dns_errc::truncated);
}
