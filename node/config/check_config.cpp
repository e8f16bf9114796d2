// SPDX-License-Identifier: BSD-3-Clause
#include "node/config/check_config.hpp"

#include "node/config/agreed_network.hpp"
#include "transport/address/endpoint.hpp"

#include <fmt/format.h>

#include <charconv>

namespace troupe {

expected<host_port, explained> parse_host_port(std::string_view text) {
  const auto complaint = [&](std::string_view why) {
    return unexpected(explained{fmt::format("'{}' {}: write host:port, for example 127.0.0.1:8080", text, why)});
  };
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0)
    return complaint("has no port");
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']'))
    host = host.substr(1, host.size() - 2);
  else if (host.find(':') != std::string_view::npos)
    return complaint("has several colons");
  const auto digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (digits.empty() || failed != std::errc{} || end != digits.data() + digits.size())
    return complaint("has a port that is not between 0 and 65535");
  return host_port{std::string{host}, port};
}

expected<multiaddr, explained> parse_peer_address(std::string_view text) {
  if (text.starts_with('/'))
    return multiaddr::parse(text);
  const auto parts = parse_host_port(text);
  if (!parts)
    return unexpected(explained{fmt::format("'{}' is neither ip:port nor a multiaddr", text)});
  const auto family = parts->host.find(':') == std::string::npos ? "ip4" : "ip6";
  auto parsed = multiaddr::parse(fmt::format("/{}/{}/tcp/{}", family, parts->host, parts->port));
  if (!parsed)
    return unexpected(explained{fmt::format("'{}' is neither ip:port nor a multiaddr", text)});
  return parsed;
}

std::vector<explained> check_config(const loaded_config& loaded) {
  std::vector<explained> problems;
  const auto complain = [&](const char* key, const std::string& what) {
    problems.push_back(explained{fmt::format("{}: {} {}", loaded.origins.at(key), key, what)});
  };
  const auto& config = loaded.config;
  for (const auto& address : config.listen)
    if (const auto parsed = multiaddr::parse(address); !parsed)
      complain("node.listen", parsed.error().text);
    else if (!transport::to_endpoint(*parsed))
      complain("node.listen", address + " cannot be listened on: give an /ip4 or /ip6 address and a /tcp port, such as /ip4/127.0.0.1/tcp/0");
  if (config.listen.empty())
    complain("node.listen", "is empty: give at least one multiaddr");
  for (const auto& address : config.peers)
    if (const auto parsed = parse_peer_address(address); !parsed)
      complain("node.peers", parsed.error().text);
  if (config.network.empty() || config.network.size() > 64)
    complain("node.network", "must have 1 to 64 bytes");
  else if (agreed_network(config).size() > 64)
    complain("node.network", fmt::format("is too long for --type {0}: together with /{0} it must have at most 64 bytes", config.type));
  if (!config.api.empty()) {
    if (const auto at = parse_host_port(config.api); !at)
      complain("node.api", at.error().text);
    else if (!at->loopback() && config.api_token.empty())
      complain("node.api", "is not a loopback address: set node.api_token, or listen on 127.0.0.1");
  }
  return problems;
}

} // namespace troupe
