// SPDX-License-Identifier: BSD-3-Clause
// What only TCP meets: half-open floods, garbage, peers that never read, dead ends in time. Goal: each costs
// the attacker its connection and an honest peer nothing. Method: plain sockets against a listening network,
// and a second, honest network.
#include "tests/system/support/tcp_nodes.hpp"
#include "transport/address/endpoint.hpp"

#include <catch2/catch.hpp>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace troupe;
using namespace troupe::test;
using namespace troupe::transport;

namespace {

/// A socket without protocol, closed at the end.
class bare_socket {
public:
  explicit bare_socket(const multiaddr& to) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const auto at = *to_endpoint(to);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(at.port);
    std::copy_n(at.host.begin(), 4, reinterpret_cast<std::uint8_t*>(&address.sin_addr));
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  bare_socket(const bare_socket&) = delete;
  bare_socket& operator=(const bare_socket&) = delete;
  ~bare_socket() { ::close(socket_); }

  bool connected() const { return connected_; }
  void send(std::string_view text) const {
    static_cast<void>(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL));
  }
  /// True once the other end has closed, whatever it said before.
  bool closed() const {
    char sink[512];
    for (;;) {
      const auto n = ::recv(socket_, sink, sizeof sink, MSG_DONTWAIT);
      if (n <= 0)
        return n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
    }
  }

private:
  int socket_;
  bool connected_ = false;
};

std::uint64_t ended(tcp_nodes& nodes, std::size_t i, transport_errc why) {
  return nodes.tcp(i).counters().ended[static_cast<std::size_t>(why)];
}

constexpr std::string_view security_header = "\x13/multistream/1.0.0\n";

} // namespace

TEST_CASE("tcp network: a flood of half-open connections is bounded and an honest peer gets in",
          "[system][transport][tcp]") {
  tcp_nodes nodes{[](tcp_options& options) {
    options.admission.inbound_handshakes_max = 16;
    options.admission.per_host = {1'000'000, 1'000'000, 16};
  }};
  started_nodes started{nodes};
  std::vector<std::unique_ptr<bare_socket>> flood;
  for (int i = 0; i < 500; ++i)
    flood.push_back(std::make_unique<bare_socket>(started.addresses[0]));
  REQUIRE(wait_for([&] { return nodes.tcp(0).counters().accepted >= 500; }));
  REQUIRE(wait_for([&] { return ended(nodes, 0, transport_errc::too_many_handshakes) == 500 - 16; }));
  const auto ends = started.connect(1, 0);
  CHECK(ends.dialler->remote() == nodes.tcp(0).self());
  // The oldest went, one more for the honest peer, whose place is free again.
  CHECK(flood.front()->closed());
  CHECK_FALSE(flood.back()->closed());
}

TEST_CASE("tcp network: one host connects as often as its bucket allows", "[system][transport][tcp]") {
  tcp_nodes nodes{[](tcp_options& options) { options.admission.per_host = {1, 10, 16}; }};
  started_nodes started{nodes};
  std::vector<std::unique_ptr<bare_socket>> burst;
  for (int i = 0; i < 30; ++i)
    burst.push_back(std::make_unique<bare_socket>(started.addresses[0]));
  REQUIRE(wait_for([&] { return nodes.tcp(0).counters().accepted >= 30; }));
  const auto limited = ended(nodes, 0, transport_errc::rate_limited);
  CHECK(limited >= 18);
  CHECK(limited <= 20);
}

TEST_CASE("tcp network: connections beyond the cap are closed at once", "[system][transport][tcp]") {
  tcp_nodes nodes{[](tcp_options& options) { options.admission.connections_max = 1; }};
  started_nodes started{nodes};
  const auto ends = started.connect(1, 0);
  const auto second = started.dial(2, nodes.tcp(0).self(), {started.addresses[0]});
  CHECK(started.wait_failure(2, second));
  CHECK(ended(nodes, 0, transport_errc::too_many_connections) == 1);
  CHECK_FALSE(started.observers[0]->log.with([](const network_record& log) { return !log.downs.empty(); }));
}

TEST_CASE("tcp network: garbage in any phase costs the sender its connection", "[system][transport][tcp]") {
  tcp_nodes nodes;
  started_nodes started{nodes};
  const auto header = std::string{security_header};
  const std::vector<std::string> garbage{
    "GET / HTTP/1.1\r\n\r\n",
    std::string("\xff\xff\xff\xff\x0f", 5),
    header + std::string("\x00", 1),
    header + "\x0b/tls/1.0.0\n" + std::string(600, 'x'),
  };
  for (const auto& one : garbage) {
    const bare_socket attacker{started.addresses[0]};
    attacker.send(one);
    CHECK(wait_for([&] { return attacker.closed(); }));
  }
  CHECK(started.connect(1, 0).dialler);
}

TEST_CASE("tcp network: each phase of a handshake has its time", "[system][transport][tcp]") {
  tcp_nodes nodes{[](tcp_options& options) { options.phase_timeout = std::chrono::milliseconds{300}; }};
  started_nodes started{nodes};
  const bare_socket silent{started.addresses[0]};
  const bare_socket stops_in_tls{started.addresses[0]};
  stops_in_tls.send(std::string{security_header} + "\x0b/tls/1.0.0\n");
  CHECK(wait_for([&] { return silent.closed() && stops_in_tls.closed(); }));
  CHECK(ended(nodes, 0, transport_errc::phase_timeout) == 2);
}

TEST_CASE("tcp network: a dial to a silent address ends in time", "[system][transport][tcp]") {
  const int silent = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(silent, reinterpret_cast<const sockaddr*>(&address), size) == 0);
  REQUIRE(::listen(silent, 4) == 0);
  REQUIRE(::getsockname(silent, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  const auto at = *multiaddr::parse("/ip4/127.0.0.1/tcp/" + std::to_string(ntohs(address.sin_port)));
  tcp_nodes nodes{[](tcp_options& options) { options.address_timeout = std::chrono::milliseconds{300}; }};
  started_nodes started{nodes};
  const auto dial = started.dial(0, std::nullopt, {at});
  CHECK(started.wait_failure(0, dial) == transport_errc::dial_timeout);
  const auto second = started.dial(0, nodes.tcp(1).self(), {at, started.addresses[1]});
  CHECK(wait_for([&] {
    return started.observers[0]->log.with([](const network_record& log) { return log.ups.size() == 1; });
  }));
  CHECK(second == dial.next());
  ::close(silent);
}

TEST_CASE("tcp network: a link without lanes is closed after the idle time", "[system][transport][tcp]") {
  tcp_nodes nodes{[](tcp_options& options) { options.idle_inbound = std::chrono::milliseconds{300}; }};
  started_nodes started{nodes};
  const auto ends = started.connect(0, 1);
  CHECK(started.wait_down(1, ends.listener->id()) == transport_errc::idle);
  CHECK(started.wait_down(0, ends.dialler->id()) == transport_errc::closed_remotely);
}

TEST_CASE("tcp network: listens on IPv6 and on both families at once", "[system][transport][tcp]") {
  tcp_nodes nodes{[](tcp_options& options) { options.dual_stack = true; }};
  started_nodes started{nodes};
  const auto six = nodes.tcp(0).listen(*multiaddr::parse("/ip6/::1/tcp/0"));
  if (!six) {
    WARN("no IPv6 on this machine: " << six.error().detail);
    return;
  }
  started.dial(1, nodes.tcp(0).self(), {*six});
  const auto both = nodes.tcp(0).listen(*multiaddr::parse("/ip6/::/tcp/0"));
  REQUIRE(both);
  const auto port = to_endpoint(*both)->port;
  started.dial(2, nodes.tcp(0).self(), {*multiaddr::parse("/ip4/127.0.0.1/tcp/" + std::to_string(port))});
  const auto up = [&](std::size_t i) {
    return started.observers[i]->log.with([](const network_record& log) { return log.ups.size(); });
  };
  CHECK(wait_for([&] { return up(0) == 2 && up(1) == 1 && up(2) == 1; }));
}
