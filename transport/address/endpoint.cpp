// SPDX-License-Identifier: BSD-3-Clause
#include "transport/address/endpoint.hpp"

#include <algorithm>

namespace troupe::transport {

std::optional<tcp_endpoint> to_endpoint(const multiaddr& address) {
  if (!address.known())
    return std::nullopt;
  auto parts = address.components();
  tcp_endpoint made;
  if (!parts.empty() && parts.front().code == multiaddr_code::ip6zone) {
    made.zone = std::string{as_text(parts.front().value)};
    parts.erase(parts.begin());
  }
  if (!parts.empty() && parts.back().code == multiaddr_code::p2p)
    parts.pop_back();
  if (parts.size() != 2 || parts[1].code != multiaddr_code::tcp || parts[1].value.size() != 2)
    return std::nullopt;
  made.v6 = parts[0].code == multiaddr_code::ip6;
  if (!made.v6 && (parts[0].code != multiaddr_code::ip4 || !made.zone.empty()))
    return std::nullopt;
  if (parts[0].value.size() != (made.v6 ? 16u : 4u))
    return std::nullopt;
  std::copy(parts[0].value.begin(), parts[0].value.end(), made.host.begin());
  made.port = static_cast<std::uint16_t>(parts[1].value[0] << 8 | parts[1].value[1]);
  return made;
}

multiaddr to_multiaddr(const tcp_endpoint& endpoint) {
  std::vector<multiaddr::component> parts;
  if (!endpoint.zone.empty())
    parts.push_back({multiaddr_code::ip6zone, to_bytes(as_bytes(endpoint.zone))});
  const auto size = endpoint.v6 ? 16 : 4;
  parts.push_back({endpoint.v6 ? multiaddr_code::ip6 : multiaddr_code::ip4,
                   bytes(endpoint.host.begin(), endpoint.host.begin() + size)});
  parts.push_back(
    {multiaddr_code::tcp,
     {static_cast<std::uint8_t>(endpoint.port >> 8), static_cast<std::uint8_t>(endpoint.port)}});
  return multiaddr::from_components(parts);
}

} // namespace troupe::transport
