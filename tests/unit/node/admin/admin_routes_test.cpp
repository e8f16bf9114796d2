// SPDX-License-Identifier: BSD-3-Clause
#include "node/admin/admin_routes.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using transport::http_response;

namespace {

admin_sources sources(bool ready = true) {
  admin_sources made;
  made.ready = [ready] { return ready; };
  made.metrics = [](auto answer) {
    answer({{"troupe_connections", "open connections", metric::kind::gauge, {{"direction", "in"}}, 2},
            {"troupe_connections", "open connections", metric::kind::gauge, {{"direction", "out"}}, 1},
            {"troupe_dropped_total", "lines dropped", metric::kind::counter, {}, 7}});
  };
  made.peers = [](auto answer) {
    answer({{"12D3Koo", "i:877dca", "/ip4/127.0.0.1/tcp/1", true, true, false, false, "troupe/0.1.0"}});
  };
  return made;
}

http_response ask(const admin_sources& from, const char* method, const char* path, const char* given = "",
                  const char* token = "") {
  http_response got;
  admin_routes(from, token)({method, path, given}, [&](http_response answer) { got = std::move(answer); });
  return got;
}

} // namespace

TEST_CASE("admin api: livez is always ok and readyz follows the node", "[unit][admin]") {
  REQUIRE(ask(sources(), "GET", "/livez").status == 200);
  REQUIRE(ask(sources(false), "GET", "/livez").status == 200);
  REQUIRE(ask(sources(), "GET", "/readyz").status == 200);
  REQUIRE(ask(sources(false), "GET", "/readyz").status == 503);
}

TEST_CASE("admin api: metrics are Prometheus text with one help per name", "[unit][admin]") {
  const auto text = ask(sources(), "GET", "/metrics").body;
  REQUIRE(text.find("troupe_connections{direction=\"in\"} 2") != std::string::npos);
  REQUIRE(text.find("troupe_connections{direction=\"out\"} 1") != std::string::npos);
  REQUIRE(text.find("# TYPE troupe_dropped_total counter") != std::string::npos);
  REQUIRE(text.find("# HELP troupe_connections") == text.rfind("# HELP troupe_connections"));
}

TEST_CASE("admin api: peers are JSON", "[unit][admin]") {
  const auto answer = ask(sources(), "GET", "/api/v1/peers");
  REQUIRE(answer.content_type == "application/json");
  REQUIRE(answer.body.find(R"("actor":"i:877dca")") != std::string::npos);
  REQUIRE(answer.body.find(R"("voting":true)") != std::string::npos);
}

TEST_CASE("admin api: unknown routes and other methods are refused", "[unit][admin]") {
  REQUIRE(ask(sources(), "GET", "/").status == 404);
  REQUIRE(ask(sources(), "GET", "/api/v1/peers/").status == 404);
  REQUIRE(ask(sources(), "POST", "/metrics").status == 405);
}

TEST_CASE("admin api: a token guards all but the probes", "[unit][admin]") {
  REQUIRE(ask(sources(), "GET", "/metrics", "", "secret").status == 401);
  REQUIRE(ask(sources(), "GET", "/metrics", "secre", "secret").status == 401);
  REQUIRE(ask(sources(), "GET", "/metrics", "secretsecret", "secret").status == 401);
  REQUIRE(ask(sources(), "GET", "/metrics", "secret", "secret").status == 200);
  REQUIRE(ask(sources(), "GET", "/livez", "", "secret").status == 200);
}
