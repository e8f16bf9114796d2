// SPDX-License-Identifier: BSD-3-Clause
// The check values are those of spec: libp2p 1.2.
#include "messages/types/multiaddr.hpp"

#include "messages/codec/hex.hpp"
#include "messages/codec/peer_id_text.hpp"
#include "messages/types/assert.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <utility>

using namespace troupe;

namespace {

constexpr auto peer_text = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";
const std::string peer_hex = "0024080112202ffa35a99d3a3cfbb17bb7c1dc5561b18a8dcca4df38dc613ea859c37eb1336b";

expected<multiaddr, explained> binary(std::string_view hex) {
  return multiaddr::from_binary(*from_hex(hex));
}

std::string why(std::string_view text) {
  const auto parsed = multiaddr::parse(text);
  REQUIRE_FALSE(parsed);
  return parsed.error().text;
}

} // namespace

TEST_CASE("multiaddr: text and binary forms of every protocol", "[unit][messages][multiaddr]") {
  const std::vector<std::pair<std::string, std::string>> pairs{
    {"/ip4/127.0.0.1/tcp/4001", "047f000001060fa1"},
    {"/ip6/::1/udp/4001/quic-v1", "290000000000000000000000000000000191020fa1cd03"},
    {"/dns4/example.com/tcp/443", "360b6578616d706c652e636f6d0601bb"},
    {std::string{"/ip4/1.2.3.4/udp/1234/quic-v1/p2p/"} + peer_text,
     "0401020304910204d2cd03a50326" + peer_hex},
    {"/ip6zone/eth0/ip6/fe80::1/tcp/0", "2a046574683029fe80000000000000000000000000000106"
                                        "0000"},
    {"/ip4/10.0.0.0/ipcidr/8", "040a0000002b08"},
    {"/dns/a/tcp/65535", "350161"
                         "06ffff"},
    {"/dns6/a.b/tcp/1/tls/ws", "3703612e62060001c003dd03"},
    {"/dnsaddr/bootstrap.libp2p.io", "3813626f6f7473747261702e6c69627032702e696f"},
    {"/unix/a/b/c", "9003062f612f622f63"},
    {"/ip4/0.0.0.0/tcp/1/tls/sni/x/noise", "0400000000060001c003c1030178c603"},
    {"/ip4/0.0.0.0/tcp/1/wss", "0400000000060001de03"},
    {"/ip4/0.0.0.0/udp/1/quic", "0400000000910200"
                                "01cc03"},
    {"/ip4/0.0.0.0/udp/1/webrtc-direct", "04000000009102000198"
                                         "02"},
    {"/ip4/0.0.0.0/udp/1/quic-v1/webtransport/certhash/uEgIBAg", "04000000009102"
                                                                 "0001cd03d103d2030412020102"},
    {std::string{"/p2p/"} + peer_text + "/p2p-circuit", "a50326" + peer_hex + "a202"},
    {"/memory/lab-1", "8906056c61622d31"},
  };
  for (const auto& [text, hex] : pairs) {
    CAPTURE(text);
    const auto parsed = multiaddr::parse(text);
    REQUIRE(parsed);
    CHECK(to_hex(parsed->binary()) == hex);
    const auto read = binary(hex);
    REQUIRE(read);
    CHECK(read->known());
    CHECK(read->text() == text);
    CHECK(multiaddr::from_components(read->components()) == *read);
  }
}

TEST_CASE("multiaddr: other spellings are read and written in the usual one", "[unit][messages][multiaddr]") {
  const std::vector<std::pair<std::string, std::string>> pairs{
    {std::string{"/ipfs/"} + peer_text, std::string{"/p2p/"} + peer_text},
    {"/p2p/k51qzi5uqu5dhdmyb9bd18pypu2wp5lpv2xnskfmrqa4lb5knqryrotb05e7or", std::string{"/p2p/"} + peer_text},
    {"/ip4/1.2.3.4/tcp/80/", "/ip4/1.2.3.4/tcp/80"},
    {"/ip6/2001:DB8:0:0:1:0:0:1", "/ip6/2001:db8::1:0:0:1"},
    {"/ip6/0:0:0:0:0:0:0:0", "/ip6/::"},
    {"/ip6/1:0:0:0:0:0:0:0", "/ip6/1::"},
    {"/ip6/1:0:2:3:4:5:6:7", "/ip6/1:0:2:3:4:5:6:7"},
    {"/ip6/::ffff:102:304", "/ip6/::ffff:1.2.3.4"},
    {"/ip6/::1.2.3.4", "/ip6/::102:304"},
    {"/certhash/f12020102", "/certhash/uEgIBAg"},
  };
  for (const auto& [text, usual] : pairs) {
    CAPTURE(text);
    REQUIRE(multiaddr::parse(text));
    CHECK(multiaddr::parse(text)->text() == usual);
  }
}

TEST_CASE("multiaddr: an unknown code keeps the raw bytes", "[unit][messages][multiaddr]") {
  const auto read = binary("047f000001"
                           "9902"
                           "0102030405");
  REQUIRE(read);
  REQUIRE_FALSE(read->known());
  REQUIRE(read->text() == "/unknown/047f00000199020102030405");
  REQUIRE(to_hex(read->binary()) == "047f00000199020102030405");
  REQUIRE(read->components().empty());
  REQUIRE_FALSE(read->peer());
  REQUIRE(read->without_peer() == *read);
  REQUIRE(read->with_peer(*parse_peer_id(peer_text)) == *read);
  REQUIRE(binary("ffffffff07")->known() == false);
}

TEST_CASE("multiaddr: malformed binary is refused", "[unit][messages][multiaddr]") {
  for (const auto* hex : {"",
                          "04",
                          "047f0000",
                          "06",
                          "0601",
                          "84"
                          "00",
                          "ff",
                          "36",
                          "3605",
                          "360561",
                          "3600",
                          "36022f61",
                          "360100",
                          "3601ff",
                          "36ffffffffffffffff7f",
                          "36850061",
                          "a503",
                          "a5030100",
                          "a50302130100",
                          "9003"
                          "0161",
                          "d20301"
                          "12",
                          "d203021203",
                          "ffffffffffffffffffff01",
                          "900301"
                          "2f"})
    CHECK_FALSE(binary(hex));
}

TEST_CASE("multiaddr: the length caps hold", "[unit][messages][multiaddr]") {
  const auto with_name = [](std::size_t letters) { return "/dns/" + std::string(letters, 'a'); };
  const auto longest = multiaddr::parse(with_name(multiaddr::size_max - 3));
  REQUIRE(longest);
  REQUIRE(longest->binary().size() == multiaddr::size_max);
  REQUIRE(multiaddr::from_binary(longest->binary()));
  REQUIRE(why(with_name(multiaddr::size_max - 2)).find("1025 bytes") != std::string::npos);
  REQUIRE_FALSE(multiaddr::from_binary(bytes(multiaddr::size_max + 1, 0x04)));
  REQUIRE(why(std::string(multiaddr::text_max + 1, '/')).find("8192") != std::string::npos);
  std::string wordy;
  for (std::size_t i = 0; i < multiaddr::size_max / 2; ++i)
    wordy += "/webrtc-direct";
  REQUIRE(multiaddr::parse(wordy));
}

TEST_CASE("multiaddr: bad text is refused with the part that is wrong", "[unit][messages][multiaddr]") {
  const std::vector<std::pair<std::string, std::string>> bad{
    {"", "starts with a slash"},
    {"/", "starts with a slash"},
    {"127.0.0.1:4001", "starts with a slash"},
    {"//", "\"\" is no protocol"},
    {"/ip4", "/ip4 has no value"},
    {"/ip4/", "/ip4 has no value"},
    {"/ip4/1.2.3", "/ip4 \"1.2.3\" is no IPv4 address"},
    {"/ip4/01.2.3.4", "is no IPv4 address"},
    {"/ip4/1.2.3.256", "is no IPv4 address"},
    {std::string{"/ip4/1.2.3.4\0", 13}, "is no IPv4 address"},
    {"/ip6/fe80::1%eth0", "/ip6 \"fe80::1%eth0\" is no IPv6 address"},
    {"/ip6/1.2.3.4", "is no IPv6 address"},
    {"/ip4/1.2.3.4/tcp", "/tcp has no value"},
    {"/ip4/1.2.3.4/tcp/65536", "/tcp \"65536\" is no number from 0 to 65535"},
    {"/ip4/1.2.3.4/tcp/-1", "is no number"},
    {"/ip4/1.2.3.4/tcp/1x", "is no number"},
    {"/ip4/1.2.3.4/ipcidr/256", "from 0 to 255"},
    {"/ip4/1.2.3.4/foo/1", "\"foo\" is no protocol"},
    {"/IP4/1.2.3.4", "\"IP4\" is no protocol"},
    {"/dns4//tcp/1", "/dns4 \"\" is empty"},
    {"/dns4/a\nb", "/dns4 \"a?b\""},
    {"/p2p/hello", "/p2p \"hello\" is no peer id"},
    {"/certhash/zz", "is no multihash"},
    {"/unix/", "/unix has no value"},
    {"/unix", "has no value"},
  };
  for (const auto& [text, part] : bad) {
    CAPTURE(text, why(text));
    CHECK(why(text).find(part) != std::string::npos);
    CHECK(why(text).find('\n') == std::string::npos);
  }
  REQUIRE(why("/dns4/" + std::string(500, 'a') + "/x").size() < 300);
}

TEST_CASE("multiaddr: the peer is the last p2p component", "[unit][messages][multiaddr]") {
  const auto id = *parse_peer_id(peer_text);
  const auto other = *parse_peer_id("QmfXbAwNjJLXfesgztEHe8HwgVDCMMpZ9Eax1HYq6hn9uE");
  const auto bare = *multiaddr::parse("/ip4/1.2.3.4/tcp/5");
  REQUIRE_FALSE(bare.peer());
  REQUIRE(bare.with_peer(id).text() == std::string{"/ip4/1.2.3.4/tcp/5/p2p/"} + peer_text);
  REQUIRE(bare.with_peer(id).peer() == id);
  REQUIRE(bare.with_peer(id).without_peer() == bare);
  REQUIRE(bare.with_peer(id).with_peer(other).peer() == other);
  REQUIRE(bare.with_peer(id).with_peer(other).without_peer() == bare);
  const auto relayed = *multiaddr::parse(bare.with_peer(id).text() + "/p2p-circuit/p2p/" + to_base58(other));
  REQUIRE(relayed.peer() == other);
  REQUIRE(relayed.without_peer().text() == bare.with_peer(id).text() + "/p2p-circuit");
  REQUIRE(bare.value_of(multiaddr_code::tcp) == "5");
  REQUIRE(bare.value_of(multiaddr_code::ip4) == "1.2.3.4");
  REQUIRE_FALSE(bare.value_of(multiaddr_code::udp));
  REQUIRE(multiaddr{}.empty());
  REQUIRE(multiaddr{}.text().empty());
}

TEST_CASE("multiaddr: components nobody could parse are a programmer error", "[unit][messages][multiaddr]") {
  REQUIRE_THROWS_AS(multiaddr::from_components({{9999, {}}}), assertion_failed);
  REQUIRE_THROWS_AS(multiaddr::from_components({{multiaddr_code::tcp, bytes{1}}}), assertion_failed);
}

TEST_CASE("multiaddr: whatever binary is accepted has a text that reads back",
          "[unit][messages][multiaddr]") {
  const auto part = rc::gen::oneOf(
    rc::gen::map(rc::gen::container<bytes>(4, rc::gen::arbitrary<std::uint8_t>()),
                 [](bytes v) {
                   return multiaddr::component{multiaddr_code::ip4, std::move(v)};
                 }),
    rc::gen::map(rc::gen::container<bytes>(16, rc::gen::elementOf(bytes{0, 0, 0, 1, 0xff})),
                 [](bytes v) {
                   return multiaddr::component{multiaddr_code::ip6, std::move(v)};
                 }),
    rc::gen::map(rc::gen::container<bytes>(2, rc::gen::arbitrary<std::uint8_t>()),
                 [](bytes v) {
                   return multiaddr::component{multiaddr_code::udp, std::move(v)};
                 }),
    rc::gen::map(rc::gen::nonEmpty(rc::gen::container<bytes>(rc::gen::inRange<std::uint8_t>('0', '~'))),
                 [](bytes v) {
                   return multiaddr::component{multiaddr_code::dns, std::move(v)};
                 }),
    rc::gen::just(multiaddr::component{multiaddr_code::quic_v1, {}}));
  rc::prop("round trip", [&] {
    const auto address =
      multiaddr::from_components(*rc::gen::container<std::vector<multiaddr::component>>(part));
    RC_PRE(!address.empty() && address.binary().size() <= multiaddr::size_max);
    const auto read = multiaddr::from_binary(address.binary());
    RC_ASSERT(read && read->known());
    RC_ASSERT(multiaddr::parse(read->text()) == address);
  });
}
