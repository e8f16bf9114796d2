// SPDX-License-Identifier: BSD-3-Clause
// Who may connect: caps on connections and on unfinished handshakes, and the per-host rate. Pure; one per
// network, called on its thread. At a cap the oldest connection that a stranger has not authenticated yet
// makes room, so half-open connections held by an attacker never keep an honest peer out, who needs a few
// milliseconds. Authenticated connections are never evicted here.
#pragma once

#include "messages/types/strong.hpp"
#include "transport/admission/host_buckets.hpp"
#include "transport/errors.hpp"
#include "transport/link.hpp"

#include <map>
#include <optional>
#include <set>

namespace troupe::transport {

struct gate_limits {
  std::size_t connections_max = 4096;       ///< of both directions, unfinished ones included
  std::size_t inbound_handshakes_max = 256; ///< accepted, not authenticated yet
  std::size_t outbound_handshakes_max = 64; ///< dialled, not authenticated yet
  bucket_options per_host;
};

/// The answer to a new connection. `refused` is none if it may go on; `evicted` must then be closed with
/// too_many_handshakes.
struct gate_verdict {
  transport_errc refused = transport_errc::none;
  std::optional<link_id> evicted;
};

class gate {
public:
  explicit gate(gate_limits limits = {});

  /// A socket was accepted. Refusals: rate_limited, too_many_connections.
  gate_verdict accepted(link_id id, const host_key& from, time_point now);
  /// A dial is about to start. Refusals: too_many_handshakes, too_many_connections.
  gate_verdict dialling(link_id id);
  void authenticated(link_id id);
  /// Closed, in whatever state; unknown ids are ignored. An evicted id is gone already.
  void gone(link_id id);

  std::size_t connections() const { return entries_.size(); }
  std::size_t inbound_handshakes() const { return inbound_pending_.size(); }
  std::size_t outbound_handshakes() const { return outbound_pending_; }

private:
  struct entry {
    direction dialled;
    bool pending;
    std::uint64_t arrival;
  };

  std::optional<link_id> evict_oldest();
  void admit(link_id id, direction dialled);

  gate_limits limits_;
  host_buckets buckets_;
  std::map<link_id, entry> entries_;
  std::map<std::uint64_t, link_id> inbound_pending_; ///< by arrival, oldest first
  std::size_t outbound_pending_ = 0;
  std::uint64_t arrivals_ = 0;
};

} // namespace troupe::transport
