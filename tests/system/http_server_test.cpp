// SPDX-License-Identifier: BSD-3-Clause
#include "transport/http/http_server.hpp"

#include "tests/system/http_client.hpp"

#include <catch2/catch.hpp>

#include <future>

using namespace troupe;
using client = test::http_client;
using transport::http_request;
using transport::http_response;
using transport::http_server;

namespace {

void answer_path(const http_request& asked, std::function<void(http_response)> reply) {
  reply({200, "text/plain", asked.method + " " + asked.path + " " + asked.bearer + "\n"});
}

} // namespace

TEST_CASE("http server: answers with path and token and keeps the connection", "[system][http]") {
  const auto server = http_server::listen("127.0.0.1", 0, answer_path);
  REQUIRE(server);
  client asking{(*server)->port()};
  asking.send("GET /livez?x=1 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer t0\r\n\r\n");
  REQUIRE(asking.receive("t0\n").find("GET /livez t0\n") != std::string::npos);
  asking.send("GET /again HTTP/1.1\r\nHost: a\r\n\r\n");
  REQUIRE(asking.receive("again \n").find("GET /again \n") != std::string::npos);
}

TEST_CASE("http server: too large a header is refused", "[system][http]") {
  const auto server = http_server::listen("127.0.0.1", 0, answer_path);
  client asking{(*server)->port()};
  asking.send("GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n");
  REQUIRE(asking.receive().starts_with("HTTP/1.1 413"));
}

TEST_CASE("http server: garbage closes only its own connection", "[system][http]") {
  const auto server = http_server::listen("127.0.0.1", 0, answer_path);
  client bad{(*server)->port()};
  bad.send(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", 13));
  REQUIRE(bad.receive().empty());
  client good{(*server)->port()};
  good.send("GET /ok HTTP/1.0\r\n\r\n");
  REQUIRE(good.receive().find("GET /ok") != std::string::npos);
}

TEST_CASE("http server: one connection more than the limit is closed at once", "[system][http]") {
  transport::http_limits limits;
  limits.connections = 2;
  const auto server = http_server::listen("127.0.0.1", 0, answer_path, limits);
  client first{(*server)->port()};
  client second{(*server)->port()};
  first.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
  REQUIRE(first.receive("/1 \n").find("/1") != std::string::npos);
  second.send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
  REQUIRE(second.receive("/2 \n").find("/2") != std::string::npos);
  client third{(*server)->port()};
  REQUIRE(third.receive().empty());
}

TEST_CASE("http server: a busy port is explained", "[system][http]") {
  const auto server = http_server::listen("127.0.0.1", 0, answer_path);
  const auto again = http_server::listen("127.0.0.1", (*server)->port(), answer_path);
  REQUIRE_FALSE(again);
  REQUIRE(again.error().text.find("cannot listen on 127.0.0.1:") == 0);
}

TEST_CASE("http server: a handler that replies after the server has gone harms nothing", "[system][http]") {
  std::promise<std::function<void(http_response)>> asked;
  std::function<void(http_response)> late;
  {
    const auto server =
      http_server::listen("127.0.0.1", 0, [&](const http_request&, auto reply) { asked.set_value(std::move(reply)); });
    client asking{(*server)->port()};
    asking.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    late = asked.get_future().get();
  }
  late({200, "text/plain", "too late"});
  SUCCEED("a late reply is dropped");
}
