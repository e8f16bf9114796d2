// SPDX-License-Identifier: BSD-3-Clause
// A TCP socket address as plain data, and its multiaddr: /ip4/A/tcp/P, /ip6/A/tcp/P or
// /ip6zone/Z/ip6/A/tcp/P. Pure.
#pragma once

#include "messages/types/expected.hpp"
#include "messages/types/multiaddr.hpp"

#include <array>
#include <optional>
#include <string>

namespace troupe::transport {

struct tcp_endpoint {
  bool v6 = false;
  std::array<std::uint8_t, 16> host{}; ///< the first 4 bytes if not v6
  std::uint16_t port = 0;
  std::string zone; ///< interface name of a link-local address, else empty

  bool wildcard() const { return host == std::array<std::uint8_t, 16>{}; }
  friend bool operator==(const tcp_endpoint&, const tcp_endpoint&) = default;
};

/// Nothing unless the address is exactly a host and a TCP port, optionally followed by /p2p: what is layered
/// above (/ws, /tls, /p2p-circuit ...) is not dialled by this transport.
std::optional<tcp_endpoint> to_endpoint(const multiaddr& address);
multiaddr to_multiaddr(const tcp_endpoint& endpoint);

} // namespace troupe::transport
