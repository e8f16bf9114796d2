// SPDX-License-Identifier: BSD-3-Clause
// What counts as one host when connections are limited per host: an IPv4 address, or the /64 of an IPv6
// address, since whoever has one address of a /64 has them all. IPv4-mapped IPv6 addresses count as the IPv4
// address.
#pragma once

#include "messages/types/bytes.hpp"
#include "messages/types/multiaddr.hpp"

#include <array>
#include <compare>

namespace troupe::transport {

struct host_key {
  std::array<std::uint8_t, 9> data{}; ///< family (4 or 6), then 4 or 8 address bytes

  friend auto operator<=>(const host_key&, const host_key&) = default;
};

/// `address`: 4 or 16 bytes; anything else gives the one key of unknown hosts.
host_key host_of(byte_view address);
/// Of the first component, which is /ip4 or /ip6 in the address of a connected socket.
host_key host_of(const multiaddr& address);

} // namespace troupe::transport
