// SPDX-License-Identifier: BSD-3-Clause
#include "transport/multistream/negotiator.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace troupe;
using namespace troupe::transport;
using namespace troupe::transport::multistream;

namespace {

listener serving(std::vector<std::string> ids) {
  return listener{[ids](std::string_view id) { return std::find(ids.begin(), ids.end(), id) != ids.end(); },
                  [ids] { return ids; }};
}

/// Carries bytes between the two, `slice` at a time, until neither says anything.
void run(dialer& a, listener& b, std::size_t slice = SIZE_MAX) {
  const auto carry = [&](bytes from, negotiator& to) {
    for (std::size_t at = 0; at < from.size();) {
      const auto used = to.receive(byte_view{from}.subspan(at, std::min(slice, from.size() - at)));
      if (used == 0)
        break;
      at += used;
    }
    return !from.empty();
  };
  while (carry(a.take_output(), b) || carry(b.take_output(), a)) {
  }
}

bytes messages(std::initializer_list<std::string_view> texts) {
  bytes out;
  for (const auto text : texts)
    append_message(out, text);
  return out;
}

} // namespace

TEST_CASE("multistream: both sides agree on a served protocol however the bytes are cut",
          "[unit][multistream]") {
  for (const std::size_t slice : {std::size_t{1}, std::size_t{2}, std::size_t{7}, SIZE_MAX}) {
    dialer a{{"/noise", "/tls/1.0.0"}};
    auto b = serving({"/tls/1.0.0"});
    run(a, b, slice);
    REQUIRE(a.state() == negotiation::agreed);
    REQUIRE(b.state() == negotiation::agreed);
    REQUIRE(a.protocol() == "/tls/1.0.0");
    REQUIRE(b.protocol() == "/tls/1.0.0");
  }
}

TEST_CASE("multistream: header and first proposal, header and answer each go out in one piece",
          "[unit][multistream]") {
  dialer a{{"/a"}};
  const auto said = a.take_output();
  REQUIRE(said == messages({header_text, "/a"}));
  auto b = serving({"/a"});
  b.receive(said);
  REQUIRE(b.take_output() == messages({header_text, "/a"}));
}

TEST_CASE("multistream: bytes behind the agreement are left alone", "[unit][multistream]") {
  auto b = serving({"/a"});
  auto input = messages({header_text, "/a"});
  const auto negotiation_size = input.size();
  input.insert(input.end(), {1, 2, 3});
  REQUIRE(b.receive(input) == negotiation_size);
  REQUIRE(b.wanted() == 0);
  REQUIRE(b.receive(input) == 0);
}

TEST_CASE("multistream: a dialer without a common protocol fails", "[unit][multistream]") {
  dialer a{{"/a", "/b"}};
  auto b = serving({"/c"});
  run(a, b);
  REQUIRE(a.state() == negotiation::failed);
  REQUIRE(a.error() == transport_errc::negotiation_failed);
  REQUIRE(b.state() == negotiation::ongoing);
}

TEST_CASE("multistream: an answer that is no answer fails the dialer", "[unit][multistream]") {
  dialer a{{"/a"}};
  a.receive(messages({header_text, "/b"}));
  REQUIRE(a.error() == transport_errc::negotiation_malformed);
}

TEST_CASE("multistream: another header fails both sides", "[unit][multistream]") {
  dialer a{{"/a"}};
  a.receive(messages({"/multistream/2.0.0"}));
  REQUIRE(a.error() == transport_errc::negotiation_malformed);
  auto b = serving({"/a"});
  b.receive(messages({"/a"}));
  REQUIRE(b.error() == transport_errc::negotiation_malformed);
}

TEST_CASE("multistream: the listener answers ls and goes on", "[unit][multistream]") {
  auto b = serving({"/a", "/b"});
  b.receive(messages({header_text, "ls"}));
  auto expected_answer = messages({header_text});
  append_listing(expected_answer, {"/a", "/b"});
  REQUIRE(b.take_output() == expected_answer);
  b.receive(messages({"/b"}));
  REQUIRE(b.protocol() == "/b");
}

TEST_CASE("multistream: rounds_max proposals are answered and one more fails", "[unit][multistream]") {
  auto b = serving({"/a"});
  b.receive(messages({header_text}));
  for (std::size_t i = 0; i < rounds_max; ++i) {
    b.receive(messages({"/unknown"}));
    REQUIRE(b.state() == negotiation::ongoing);
  }
  b.receive(messages({"/a"}));
  REQUIRE(b.state() == negotiation::failed);
  REQUIRE(b.error() == transport_errc::negotiation_failed);
}

TEST_CASE("multistream: a dialer makes rounds_max proposals at most", "[unit][multistream]") {
  dialer a{std::vector<std::string>(rounds_max + 1, "/a")};
  a.receive(messages({header_text}));
  for (std::size_t i = 0; i < rounds_max; ++i) {
    REQUIRE(a.state() == negotiation::ongoing);
    a.receive(messages({"na"}));
  }
  REQUIRE(a.state() == negotiation::failed);
}
