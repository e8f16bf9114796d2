// SPDX-License-Identifier: BSD-3-Clause
#include "messages/codec/session_codec.hpp"

#include <catch2/catch.hpp>

#include <cstring>

using namespace troupe;

namespace {

session_hello sample() {
  return {"main",
          1,
          3,
          5,
          incarnation{7},
          incarnation{8},
          bytes(32, 9),
          {{"/troupe/brb/2", 4, false}, {"/troupe/x/1", 0, true}}};
}

byte_view payload_of(const chunk_ptr& frame) {
  frame_header header;
  std::memcpy(&header, frame->data(), 8);
  return {frame->data() + 8, header.length};
}

session_codec_errc refusal(const session_hello& hello) {
  const auto frame = encode(hello);
  const auto decoded = decode_session_hello(payload_of(frame));
  REQUIRE_FALSE(decoded);
  return decoded.error();
}

} // namespace

TEST_CASE("session codec: what is encoded is decoded", "[unit][messages]") {
  const auto hello = encode(sample());
  REQUIRE(decode_session_hello(payload_of(hello)) == sample());
  const session_ack ack{sample().lanes};
  const auto frame = encode(ack);
  REQUIRE(decode_session_ack(payload_of(frame)) == ack);
  const auto close = encode(session_close{6});
  REQUIRE(decode_session_close(payload_of(close))->reason == 6);
}

TEST_CASE("session codec: limits are refused by name", "[unit][messages]") {
  auto hello = sample();
  hello.network_id = "";
  REQUIRE(refusal(hello) == session_codec_errc::name_length);
  hello.network_id = std::string(65, 'n');
  REQUIRE(refusal(hello) == session_codec_errc::name_length);
  hello = sample();
  hello.lanes[0].protocol = std::string(65, 'n');
  REQUIRE(refusal(hello) == session_codec_errc::name_length);
  hello = sample();
  hello.lanes[1].protocol = hello.lanes[0].protocol;
  REQUIRE(refusal(hello) == session_codec_errc::lane_count);
  hello.lanes.clear();
  for (int i = 0; i < 33; ++i)
    hello.lanes.push_back({std::to_string(i), 0, false});
  REQUIRE_FALSE(decode_session_hello(payload_of(encode(hello))));
  hello.lanes.pop_back();
  REQUIRE(decode_session_hello(payload_of(encode(hello))));
  hello = sample();
  hello.group_id.pop_back();
  REQUIRE(refusal(hello) == session_codec_errc::group_id_length);
  hello = sample();
  hello.version_min = 4;
  REQUIRE(refusal(hello) == session_codec_errc::version_range);
  hello.version_min = 0;
  REQUIRE(refusal(hello) == session_codec_errc::version_range);
  hello = sample();
  hello.boot = incarnation{};
  REQUIRE(refusal(hello) == session_codec_errc::boot_missing);
}

TEST_CASE("session codec: every truncation is refused or decodes without harm", "[unit][messages]") {
  const auto hello = encode(sample());
  const auto whole = payload_of(hello);
  for (std::size_t n = 0; n < whole.size(); ++n) {
    const auto cut = chunk::copy_of(whole.first(n));
    static_cast<void>(decode_session_hello(cut->view()));
    static_cast<void>(decode_session_ack(cut->view()));
    static_cast<void>(decode_session_close(cut->view()));
  }
  REQUIRE_FALSE(decode_session_hello(chunk::copy_of(whole.first(12))->view()));
}
