// SPDX-License-Identifier: BSD-3-Clause
// Each suite against the published values of spec: libp2p 1.1, 1.2, 1.4 and 1.6 and of brb 2.2; bad cases
// stay in their place; exit codes. The parsers behind the suites have their own tests: here is what the JSON
// makes of them.
#include "tools/conform/conform.hpp"

#include "tests/unit/messages/crypto/spec_keys.hpp"
#include "tests/unit/transport/tls/spec_certificates.hpp"
#include "tools/conform/suites.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <sstream>
#include <streambuf>

using namespace troupe;
using Catch::Matchers::Contains;
using Catch::Matchers::Matches;

namespace {

constexpr auto base58 = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";
constexpr auto base32 = "bafzaajaiaejcal72gwuz2or47oyxxn6b3rkwdmmkrxgkjxzy3rqt5kczyn7lcm3l";
constexpr auto base36 = "k51qzi5uqu5dhdmyb9bd18pypu2wp5lpv2xnskfmrqa4lb5knqryrotb05e7or";
constexpr auto multihash = "0024080112202ffa35a99d3a3cfbb17bb7c1dc5561b18a8dcca4df38dc613ea859c37eb1336b";

struct outcome {
  int code;
  std::string out;
  std::string err;
};

outcome run_suite(std::string_view suite, const std::string& input) {
  std::istringstream in{input};
  std::ostringstream out, err;
  const int code = run_conform(suite, in, out, err);
  return {code, out.str(), err.str()};
}

/// The text of a result that holds exit code 0 and nothing on standard error.
std::string results(std::string_view suite, const std::string& cases) {
  const auto got = run_suite(suite, cases);
  REQUIRE(got.err.empty());
  REQUIRE(got.code == 0);
  return got.out;
}

std::string one_error(std::string_view suite, const std::string& one) {
  const auto text = results(suite, "[" + one + "]");
  INFO(one << " gives " << text);
  REQUIRE_THAT(text, Matches(R"(\[\{"error":"[^"\\]*(\\.[^"\\]*)*"\}\]\n)"));
  return text;
}

void require_usage(const outcome& got) {
  REQUIRE(got.code == 2);
  REQUIRE(got.out.empty());
  REQUIRE_THAT(got.err, Matches("troupe: conform: [^\n]*\n"));
}

/// Takes nothing.
class full : public std::streambuf {};

} // namespace

TEST_CASE("conform: peer-id gives every form of the check value", "[unit][conform]") {
  const auto expected =
    fmt::format(R"({{"multihash":"{}","base58":"{}","cid_base32":"{}","cid_base36":"{}"}})", multihash,
                base58, base32, base36);
  for (const auto* text : {base58, base32, base36})
    REQUIRE(results("peer-id", fmt::format(R"([{{"text":"{}"}}])", text)) == "[" + expected + "]\n");
  const std::string key{std::string_view{multihash}.substr(4)};
  REQUIRE(results("peer-id", fmt::format(R"([{{"public_key_pb":"{}","note":1}}])", key)) ==
          "[" + expected + "]\n");
}

TEST_CASE("conform: peer-id takes the specification's key of each type", "[unit][conform]") {
  const auto of_key = [](std::string_view key) {
    return results("peer-id", fmt::format(R"([{{"public_key_pb":"{}"}}])", key));
  };
  REQUIRE_THAT(of_key(spec_keys::ed25519_public),
               Contains(fmt::format(R"("multihash":"0024{}")", spec_keys::ed25519_public)));
  REQUIRE_THAT(of_key(spec_keys::secp256k1_public), Contains(R"("base58":"16Uiu2)"));
  REQUIRE_THAT(of_key(spec_keys::ecdsa_public), Contains(R"("base58":"Qm)"));
  REQUIRE_THAT(of_key(spec_keys::rsa_public), Contains(R"("multihash":"1220)"));
}

TEST_CASE("conform: peer-id refuses what is no key and no id", "[unit][conform]") {
  REQUIRE_THAT(one_error("peer-id", "{}"), Contains("either"));
  REQUIRE_THAT(one_error("peer-id", fmt::format(R"({{"text":"{}","public_key_pb":"00"}})", base58)),
               Contains("either"));
  REQUIRE_THAT(one_error("peer-id", R"({"text":7})"), Contains("no string"));
  REQUIRE_THAT(one_error("peer-id", R"({"text":null})"), Contains("no string"));
  REQUIRE_THAT(one_error("peer-id", R"({"public_key_pb":"080112"})"), Contains("canonical"));
  REQUIRE_THAT(one_error("peer-id", R"({"public_key_pb":"0801120100"})"), Contains("length"));
  REQUIRE_THAT(one_error("peer-id", R"({"public_key_pb":"0804120100"})"), Contains("type"));
  REQUIRE_THAT(one_error("peer-id", R"({"public_key_pb":"0803120100"})"), Contains("no key of its type"));
  for (const auto* bad : {"0", "0g", "08 01", "0x08", "08\\u0000"})
    REQUIRE_THAT(one_error("peer-id", fmt::format(R"({{"public_key_pb":"{}"}})", bad)),
                 Contains("hexadecimal"));
  for (const auto* bad : {"", "12D3KooW0", "Qm", "bafy", "hello"})
    one_error("peer-id", fmt::format(R"({{"text":"{}"}})", bad));
}

TEST_CASE("conform: multiaddr turns the check values both ways", "[unit][conform]") {
  const std::pair<std::string, std::string> values[] = {
    {"/ip4/127.0.0.1/tcp/4001", "047f000001060fa1"},
    {"/ip6/::1/udp/4001/quic-v1", "290000000000000000000000000000000191020fa1cd03"},
    {"/dns4/example.com/tcp/443", "360b6578616d706c652e636f6d0601bb"},
    {fmt::format("/ip4/1.2.3.4/udp/1234/quic-v1/p2p/{}", base58),
     fmt::format("0401020304910204d2cd03a50326{}", multihash)}};
  for (const auto& [text, binary] : values) {
    REQUIRE(results("multiaddr", fmt::format(R"([{{"text":"{}"}}])", text)) ==
            fmt::format(R"([{{"binary":"{}"}}])", binary) + "\n");
    REQUIRE(results("multiaddr", fmt::format(R"([{{"binary":"{}"}}])", binary)) ==
            fmt::format(R"([{{"text":"{}"}}])", text) + "\n");
  }
  REQUIRE(results("multiaddr", R"([{"binary":"047F000001060FA1"}])") ==
          "[{\"text\":\"/ip4/127.0.0.1/tcp/4001\"}]\n");
}

TEST_CASE("conform: multiaddr refuses bad text and bad bytes", "[unit][conform]") {
  for (const auto* bad :
       {"", "/", "ip4/1.2.3.4", "/ip4", "/ip4/1.2.3.256", "/tcp/65536", "/frob/1", "/ip4/1.2.3.4\\u0000"})
    one_error("multiaddr", fmt::format(R"({{"text":"{}"}})", bad));
  for (const auto* bad : {"", "04", "047f0000", "047f00000106", "840004", "36ffffffff0f"})
    one_error("multiaddr", fmt::format(R"({{"binary":"{}"}})", bad));
  REQUIRE_THAT(one_error("multiaddr", R"({"binary":"047f000001ff7f"})"), Contains("unknown"));
  REQUIRE_THAT(one_error("multiaddr", R"({"text":"/tcp/1","binary":"060001"})"), Contains("either"));
}

TEST_CASE("conform: tls-certificate proves the ids of the specification's certificates", "[unit][conform]") {
  std::string cases = "[", expected = "[";
  for (const auto& each : test::spec_certificates) {
    const char* comma = cases.size() > 1 ? "," : "";
    cases += fmt::format(R"({}{{"der":"{}"}})", comma, each.der);
    expected += comma + (each.peer.empty() ? R"({"error":"certificate refused: not signed by the host key"})"
                                           : fmt::format(R"({{"peer_id":"{}"}})", each.peer));
  }
  REQUIRE(std::size(test::spec_certificates) == 4);
  REQUIRE(results("tls-certificate", cases + "]") == expected + "]\n");
}

TEST_CASE("conform: tls-certificate refuses bytes that are no certificate", "[unit][conform]") {
  one_error("tls-certificate", R"({"der":""})");
  one_error("tls-certificate", R"({"der":"3000"})");
  const auto& good = test::spec_certificates[0].der;
  one_error("tls-certificate", fmt::format(R"({{"der":"{}"}})", good.substr(0, good.size() - 2)));
  one_error("tls-certificate", fmt::format(R"({{"der":"{}00"}})", good));
  REQUIRE_THAT(one_error("tls-certificate", R"({"certificate":"00"})"), Contains("missing"));
}

TEST_CASE("conform: quorum of 1 to 16 members", "[unit][conform]") {
  constexpr int quorums[] = {1, 2, 3, 3, 4, 5, 5, 6, 7, 7, 8, 9, 9, 10, 11, 11};
  std::string cases = "[", expected = "[";
  for (int n = 1; n <= 16; ++n) {
    cases += fmt::format(R"({}{{"n":{}}})", n > 1 ? "," : "", n);
    expected += fmt::format(R"({}{{"quorum":{}}})", n > 1 ? "," : "", quorums[n - 1]);
  }
  REQUIRE(results("quorum", cases + "]") == expected + "]\n");
}

TEST_CASE("conform: quorum of a huge group does not wrap and of no group is an error", "[unit][conform]") {
  REQUIRE(results("quorum", R"([{"n":9223372036854775807}])") == "[{\"quorum\":6148914691236517205}]\n");
  for (const auto* bad :
       {"0", "-1", "4.0", "4.5", "\"4\"", "true", "null", "[4]", "9223372036854775808", "1e30"})
    REQUIRE_THAT(one_error("quorum", fmt::format(R"({{"n":{}}})", bad)), Contains("integer"));
  REQUIRE_THAT(one_error("quorum", "{}"), Contains("missing"));
}

TEST_CASE("conform: yamux lists headers and skips payloads", "[unit][conform]") {
  const std::string update = "000100010000000100040000"; // stream 1, SYN, 256 KiB
  const std::string data = "000000000000000100000003";   // stream 1, 3 bytes
  const std::string ping = "0002000100000000deadbeef";
  const std::string away = "000300000000000000000001";
  REQUIRE(results("yamux", fmt::format(R"([{{"bytes":"{}{}ffffff{}{}"}}])", update, data, ping, away)) ==
          R"([{"frames":[{"type":1,"flags":1,"stream":1,"length":262144},)"
          R"({"type":0,"flags":0,"stream":1,"length":3},)"
          R"({"type":2,"flags":1,"stream":0,"length":3735928559},)"
          R"({"type":3,"flags":0,"stream":0,"length":1}],"rest":0}])"
          "\n");
}

TEST_CASE("conform: yamux counts what is no whole frame yet", "[unit][conform]") {
  const auto rest = [](const std::string& hex) {
    return results("yamux", fmt::format(R"([{{"bytes":"{}"}}])", hex));
  };
  REQUIRE(rest("") == "[{\"frames\":[],\"rest\":0}]\n");
  REQUIRE(rest("0002000100000000deadbe") == "[{\"frames\":[],\"rest\":11}]\n");
  REQUIRE(rest("000000000000000100000003ffff") == "[{\"frames\":[],\"rest\":14}]\n");
  REQUIRE(rest("0000000000000001ffffffff00") == "[{\"frames\":[],\"rest\":13}]\n");
  REQUIRE(rest("00020001000000000000000700") ==
          "[{\"frames\":[{\"type\":2,\"flags\":1,\"stream\":0,\"length\":7}],\"rest\":1}]\n");
}

TEST_CASE("conform: yamux refuses a foreign version, an unknown type and too many frames",
          "[unit][conform]") {
  REQUIRE_THAT(one_error("yamux", R"({"bytes":"010000000000000100000000"})"), Contains("version"));
  REQUIRE_THAT(one_error("yamux", R"({"bytes":"000400000000000100000000"})"), Contains("type"));
  const std::string ping = "000200010000000000000000";
  std::string many;
  for (std::size_t i = 0; i <= conform::yamux_frames_max; ++i)
    many += ping;
  REQUIRE_THAT(one_error("yamux", R"({"bytes":")" + many + R"("})"), Contains("65536"));
}

TEST_CASE("conform: a bad case gives an error in its place and the others their results", "[unit][conform]") {
  const auto text = results("quorum", R"([{"n":4}, 7, {"n":-4}, null, [], "x", {"n":7}])");
  const std::string none = R"({"error":"the case is no object"})";
  REQUIRE_THAT(text, Matches(R"(\[\{"quorum":3\},.*,\{"quorum":5\}\]\n)"));
  REQUIRE_THAT(text,
               Contains(none + R"(,{"error":"the field \"n\")") && Contains(none + "," + none + "," + none));
}

TEST_CASE("conform: no cases give no results", "[unit][conform]") {
  REQUIRE(results("yamux", " [ ] ") == "[]\n");
}

TEST_CASE("conform: unreadable JSON is refused with one line", "[unit][conform]") {
  for (const auto* bad : {"", "[", "[{\"n\":4}", "[{\"n\":4}] x", "[{n:4}]", "{\"n\":4}", "4", "[\"\xff\"]"})
    require_usage(run_suite("quorum", bad));
  require_usage(run_suite("quorum", std::string(100'000, '[')));
}

TEST_CASE("conform: an unknown suite is refused with the list of suites", "[unit][conform]") {
  for (const auto* bad : {"", "quorums", "Quorum"}) {
    const auto got = run_suite(bad, "[]");
    require_usage(got);
    REQUIRE_THAT(got.err, Contains("peer-id, multiaddr, tls-certificate, quorum, membership, yamux, orswot"));
  }
}

TEST_CASE("conform: output that takes no more is a failure", "[unit][conform]") {
  full device;
  std::istringstream in{R"([{"n":4}])"};
  std::ostream out{&device};
  std::ostringstream err;
  REQUIRE(run_conform("quorum", in, out, err) == 1);
  REQUIRE_THAT(err.str(), Contains("standard output"));
}

TEST_CASE("conform: orswot judges and applies as the node does", "[unit][conform]") {
  const std::string add_a = R"({"source":"A","add":{"actor":"A","counter":1,"members":[3]}})";
  const std::string add_b = R"({"source":"B","add":{"actor":"B","counter":1,"members":[3]}})";
  const std::string remove_a = R"({"source":"A","remove":{"clock":{"A":1},"members":[3]}})";
  const auto of = [](const std::string& operations) {
    return results("orswot", R"([{"operations":[)" + operations + "]}]");
  };
  REQUIRE(of("") == R"([{"verdicts":[],"value":[]}])" "\n");
  REQUIRE(of(add_a + "," + add_b + "," + remove_a) == R"([{"verdicts":[null,null,null],"value":[3]}])" "\n");
  REQUIRE(of(add_a + "," + remove_a) == R"([{"verdicts":[null,null],"value":[]}])" "\n");
  REQUIRE(of(remove_a + "," + add_a) ==
          R"([{"verdicts":["RemovingDataWeHaventSeenYet",null],"value":[3]}])" "\n");
  REQUIRE(of(R"({"source":"A","remove":{"clock":{"A":1},"members":[3]},"agreed":true},)" + add_a) ==
          R"([{"verdicts":[null,null],"value":[]}])" "\n");
  REQUIRE(of(R"({"source":"A","add":{"actor":"A","counter":2,"members":[18446744073709551615]}})") ==
          R"x([{"verdicts":["Orswot(DotRange)"],"value":[]}])x" "\n");
  REQUIRE(of(R"({"source":"B","add":{"actor":"A","counter":1,"members":[18446744073709551615]},"agreed":true})") ==
          R"([{"verdicts":[null],"value":[18446744073709551615]}])" "\n");
}

TEST_CASE("conform: bad orswot cases say what is wrong", "[unit][conform]") {
  for (const auto* one :
       {R"({})", R"({"operations":3})", R"({"operations":[3]})", R"({"operations":[{"source":"A"}]})",
        R"({"operations":[{"add":{"actor":"A","counter":1,"members":[3]}}]})",
        R"({"operations":[{"source":"A","add":3}]})",
        R"({"operations":[{"source":"A","add":{"actor":"A","counter":0,"members":[3]}}]})",
        R"({"operations":[{"source":"A","add":{"actor":"A","members":[3]}}]})",
        R"({"operations":[{"source":"A","add":{"counter":1,"members":[3]}}]})",
        R"({"operations":[{"source":"A","add":{"actor":"A","counter":1,"members":[]}}]})",
        R"({"operations":[{"source":"A","add":{"actor":"A","counter":1,"members":[-1]}}]})",
        R"({"operations":[{"source":"A","add":{"actor":"A","counter":1,"members":["3"]}}]})",
        R"({"operations":[{"source":"A","remove":{"members":[3]}}]})",
        R"({"operations":[{"source":"A","remove":{"clock":{"A":0},"members":[3]}}]})",
        R"({"operations":[{"source":"A","remove":{"clock":[],"members":[3]}}]})"})
    one_error("orswot", one);
}
