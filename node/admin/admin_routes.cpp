// SPDX-License-Identifier: BSD-3-Clause
#include "node/admin/admin_routes.hpp"

#include <boost/json.hpp>

namespace troupe {
namespace {

namespace json = boost::json;
using transport::http_request;
using transport::http_response;
using reply = std::function<void(http_response)>;

http_response failure(unsigned status, const char* what) {
  return {status, "application/json", json::serialize(json::object{{"error", what}}) + "\n"};
}

/// Compares in constant time: how long a wrong token takes must not tell how much of it was right.
bool same_token(const std::string& given, const std::string& wanted) {
  unsigned different = given.size() == wanted.size() ? 0u : 1u;
  for (std::size_t i = 0; i < given.size(); ++i)
    different |= static_cast<unsigned>(given[i] ^ wanted[i % wanted.size()]);
  return different == 0;
}

std::string peers_json(const std::vector<peer_status>& peers) {
  json::array all;
  for (const auto& each : peers)
    all.push_back({{"peer", each.peer}, {"actor", each.actor}, {"address", each.address}, {"self", each.self},
                   {"voting", each.voting}, {"connected", each.connected}, {"session", each.session},
                   {"agent", each.agent}});
  return json::serialize(json::object{{"peers", all}}) + "\n";
}

void route(const admin_sources& sources, const std::string& token, const http_request& asked, const reply& answer) {
  const bool probe = asked.path == "/livez" || asked.path == "/readyz";
  const bool known = probe || asked.path == "/metrics" || asked.path == "/api/v1/peers";
  if (!known)
    return answer(failure(404, "no such route: /livez, /readyz, /metrics, /api/v1/peers"));
  if (asked.method != "GET")
    return answer(failure(405, "only GET"));
  if (!probe && !token.empty() && !same_token(asked.bearer, token))
    return answer(failure(401, "wrong or missing bearer token"));
  if (asked.path == "/livez")
    return answer({200, "text/plain", "ok\n"});
  if (asked.path == "/readyz") {
    const bool ready = sources.ready();
    return answer({ready ? 200u : 503u, "text/plain", ready ? "ready\n" : "starting\n"});
  }
  if (asked.path == "/metrics")
    return sources.metrics([answer](const std::vector<metric>& all) {
      answer({200, "text/plain; version=0.0.4", metrics_text(all)});
    });
  sources.peers([answer](const std::vector<peer_status>& all) { answer({200, "application/json", peers_json(all)}); });
}

} // namespace

transport::http_handler admin_routes(admin_sources sources, std::string token) {
  return [sources = std::move(sources), token = std::move(token)](const http_request& asked, const reply& answer) {
    route(sources, token, asked, answer);
  };
}

} // namespace troupe
