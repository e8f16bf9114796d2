// SPDX-License-Identifier: BSD-3-Clause
// What the types of the settings cannot say: addresses that must parse, values that must fit together.
#pragma once

#include "messages/types/multiaddr.hpp"
#include "node/config/config_loader.hpp"

#include <string_view>
#include <vector>

namespace troupe {

/// One line a problem, with the origin of the setting; empty if all is well.
std::vector<explained> check_config(const loaded_config& loaded);

/// `ip:port`, `[ip6]:port` or a multiaddr, as the peer command and --peer take it.
expected<multiaddr, explained> parse_peer_address(std::string_view text);

struct host_port {
  std::string host;
  std::uint16_t port = 0;
  bool loopback() const { return host == "127.0.0.1" || host == "::1" || host == "localhost"; }
};

/// `host:port` or `[ip6]:port`.
expected<host_port, explained> parse_host_port(std::string_view text);

} // namespace troupe
