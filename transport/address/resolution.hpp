// SPDX-License-Identifier: BSD-3-Clause
// From multiaddrs with names in them to multiaddrs with IP addresses, in the order they should be dialled.
// The name service is passed in as functions, so tests answer; resolver.hpp has the system's. Source: spec
// libp2p 1.2.
#pragma once

#include "messages/types/multiaddr.hpp"

#include <functional>
#include <vector>

namespace troupe::transport {

enum class name_family : std::uint8_t { v4, v6 };

/// Blocking questions to a name service; no answer is an empty vector.
struct name_service {
  std::function<std::vector<bytes>(const std::string& name, name_family family)>
    hosts;                                                                ///< 4 or 16 bytes each
  std::function<std::vector<std::string>(const std::string& name)> texts; ///< TXT records
};

struct resolution_limits {
  std::size_t depth_max = 32;     ///< /dnsaddr leading to /dnsaddr, as js has it
  std::size_t questions_max = 64; ///< asked for one list of addresses
  std::size_t addresses_max = 32; ///< answered; the rest is dropped
};

/// Each address with /dns4, /dns6, /dns (IPv6 first) or /dnsaddr replaced by what it stands for, at its
/// place; duplicates and addresses that resolve to nothing are left out. Addresses without names pass
/// unchanged. A /dnsaddr that ends with /p2p keeps only addresses of that peer.
std::vector<multiaddr> resolve(const std::vector<multiaddr>& addresses, const name_service& names,
                               resolution_limits limits = {});

} // namespace troupe::transport
