// SPDX-License-Identifier: BSD-3-Clause
#include "transport/address/endpoint.hpp"
#include "transport/address/interfaces.hpp"

#include <catch2/catch.hpp>

#include <sys/resource.h>

using namespace troupe;
using namespace troupe::transport;

namespace {

multiaddr address(std::string_view text) {
  const auto parsed = multiaddr::parse(text);
  INFO(text);
  REQUIRE(parsed);
  return *parsed;
}

tcp_endpoint v4(std::uint8_t last) {
  tcp_endpoint made;
  made.host = {192, 0, 2, last};
  return made;
}

tcp_endpoint v6(std::uint8_t last) {
  tcp_endpoint made;
  made.v6 = true;
  made.host = {0x20, 1, 0xd, 0xb8};
  made.host[15] = last;
  return made;
}

std::vector<std::string> texts(const std::vector<multiaddr>& addresses) {
  std::vector<std::string> made;
  for (const auto& one : addresses)
    made.push_back(one.text());
  return made;
}

} // namespace

TEST_CASE("endpoint: an address of host and port goes both ways", "[unit][address]") {
  for (const auto* text :
       {"/ip4/127.0.0.1/tcp/4001", "/ip6/::1/tcp/65535", "/ip6zone/eth0/ip6/fe80::1/tcp/1"}) {
    const auto endpoint = to_endpoint(address(text));
    REQUIRE(endpoint);
    REQUIRE(to_multiaddr(*endpoint).text() == text);
  }
  REQUIRE(to_endpoint(address("/ip4/127.0.0.1/tcp/4001"))->port == 4001);
  REQUIRE(to_endpoint(address("/ip6/::/tcp/0"))->wildcard());
}

TEST_CASE("endpoint: a peer id behind the port is allowed", "[unit][address]") {
  const auto id = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";
  REQUIRE(to_endpoint(address(std::string{"/ip4/127.0.0.1/tcp/1/p2p/"} + id)));
}

TEST_CASE("endpoint: what is not plain TCP to an IP address is not dialled", "[unit][address]") {
  for (const auto* text : {"/ip4/127.0.0.1/udp/4001/quic-v1", "/ip4/127.0.0.1/tcp/1/ws", "/ip4/127.0.0.1",
                           "/dns4/example.com/tcp/1", "/tcp/1", "/ip6zone/eth0/ip4/127.0.0.1/tcp/1"})
    REQUIRE_FALSE(to_endpoint(address(text)));
  REQUIRE_FALSE(to_endpoint(multiaddr{}));
}

TEST_CASE("interfaces: a wildcard becomes one address per interface of its family", "[unit][address]") {
  const std::vector<tcp_endpoint> interfaces{v4(1), v6(1), v4(2)};
  REQUIRE(texts(expand_wildcard(address("/ip4/0.0.0.0/tcp/9"), interfaces, false)) ==
          std::vector<std::string>{"/ip4/192.0.2.1/tcp/9", "/ip4/192.0.2.2/tcp/9"});
  REQUIRE(texts(expand_wildcard(address("/ip6/::/tcp/9"), interfaces, false)) ==
          std::vector<std::string>{"/ip6/2001:db8::1/tcp/9"});
  REQUIRE(expand_wildcard(address("/ip6/::/tcp/9"), interfaces, true).size() == 3);
  REQUIRE(expand_wildcard(address("/ip4/0.0.0.0/tcp/9"), {}, true).empty());
}

TEST_CASE("interfaces: a particular address stays what it is", "[unit][address]") {
  REQUIRE(texts(expand_wildcard(address("/ip4/10.0.0.1/tcp/9"), {v4(1)}, true)) ==
          std::vector<std::string>{"/ip4/10.0.0.1/tcp/9"});
}

TEST_CASE("interfaces: a wildcard expands to a bounded number of addresses", "[unit][address]") {
  const std::vector<tcp_endpoint> interfaces(100, v4(1));
  REQUIRE(expand_wildcard(address("/ip4/0.0.0.0/tcp/9"), interfaces, true).size() == expanded_max);
}

TEST_CASE("interfaces: this machine has at least its loopback", "[unit][address]") {
  const auto found = interface_addresses();
  REQUIRE_FALSE(found.empty());
  for (const auto& one : found)
    REQUIRE_FALSE(one.wildcard());
}

TEST_CASE("descriptor limit: it is raised and never lowered", "[unit][address]") {
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  const auto raised = raise_descriptor_limit();
  REQUIRE(raised >= before.rlim_cur);
  REQUIRE(raise_descriptor_limit(1) == raised);
  setrlimit(RLIMIT_NOFILE, &before);
}
