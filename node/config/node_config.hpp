// SPDX-License-Identifier: BSD-3-Clause
// What one node can be told, with defaults, units and bounds. Filled by config_loader from flags, TROUPE_* variables, a TOML file
// and the defaults below, in this order of precedence; immutable afterwards and passed by value.
#pragma once

#include "messages/types/expected.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace troupe {

struct node_config {
  // [node]
  std::vector<std::string> listen{"/ip4/127.0.0.1/tcp/0"}; ///< multiaddrs; port 0 = any free one
  std::string data;               ///< data directory; empty = fresh key, nothing stored
  std::string key = "identity.key"; ///< key file, relative to `data`, or absolute
  std::string network = "troupe"; ///< network id, 1 to 64 bytes; nodes of different networks refuse each other
  std::string type = "orswot";    ///< the data type: orswot, register, at2 or tree; the same on all nodes of a group
  std::vector<std::string> peers; ///< ip:port or multiaddr, connected at start
  std::string api;                ///< host:port of the admin API; empty = off
  std::string api_token;          ///< bearer token; required when `api` is not a loopback address
  std::string log = "info";       ///< trace, debug, info, warn, error, off
  bool repl = true;               ///< read commands from standard input
  std::string anti_entropy = "auto"; ///< auto: once after each connect; manual: only on command
  std::uint64_t members_max = 7; ///< soft: no join is proposed or voted for beyond it
  bool join_consent = true;       ///< agree when a connected peer proposes this node to its group
  std::string agent_version;      ///< empty = troupe/<version>
  bool signed_record = true;      ///< send a signed peer record in identify
  std::uint64_t max_retained_bytes = 256u << 20; ///< sent and not acknowledged, of all sessions together

  // [brb]
  std::uint64_t batch_operations = 256; ///< operations of this node that share one broadcast, at most; 1 = no batches
  std::uint64_t checkpoint_every = 1024; ///< deliveries between two checkpoints; 0 = none
  std::uint64_t checkpoint_interval_s = 10; ///< after which fewer will do
  std::uint64_t coded_send_min = 65'536; ///< bytes of a payload from which on it goes out in fragments; 0 = never
  std::uint64_t coded_send_members = 7;  ///< in groups of this size and larger
  std::uint64_t batch_delay_ms = 5;     ///< how long the first of a batch waits for more while others are on their way

  // [transport]
  std::uint64_t max_connections = 1024;
  std::uint64_t max_pending_handshakes = 128;
  std::uint64_t host_rate = 50;   ///< inbound connections per second from one host
  std::uint64_t host_burst = 500; ///< and at once
  std::uint64_t idle_timeout_inbound_s = 300;
  std::uint64_t idle_timeout_outbound_s = 300;
  bool reuse_address = true;
  bool early_muxers = true; ///< agree on the muxer inside the TLS handshake
};

} // namespace troupe
