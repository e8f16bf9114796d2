// SPDX-License-Identifier: BSD-3-Clause
// A socket that speaks to an HTTP server on loopback, byte for byte as the test says.
#pragma once

#include <catch2/catch.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <string>

namespace troupe::test {

class http_client {
public:
  explicit http_client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
  }
  ~http_client() { ::close(socket_); }

  void send(const std::string& text) { ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL); }
  /// What comes until the server closes or `until` appears, or nothing more for five seconds.
  std::string receive(const std::string& until = "\x01") {
    std::string text;
    char buffer[4096];
    pollfd waiting{socket_, POLLIN, 0};
    while (text.find(until) == std::string::npos && ::poll(&waiting, 1, 5000) > 0) {
      const auto count = ::recv(socket_, buffer, sizeof buffer, 0);
      if (count <= 0)
        break;
      text.append(buffer, static_cast<std::size_t>(count));
    }
    return text;
  }

private:
  int socket_;
};

} // namespace troupe::test
