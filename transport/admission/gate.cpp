// SPDX-License-Identifier: BSD-3-Clause
#include "transport/admission/gate.hpp"

#include "messages/types/assert.hpp"

namespace troupe::transport {

gate::gate(gate_limits limits) : limits_(limits), buckets_(limits.per_host) {
  TROUPE_ASSERT(limits.connections_max > 0 && limits.inbound_handshakes_max > 0 &&
                limits.outbound_handshakes_max > 0);
}

gate_verdict gate::accepted(link_id id, const host_key& from, time_point now) {
  gate_verdict verdict;
  if (!buckets_.take(from, now)) {
    verdict.refused = transport_errc::rate_limited;
    return verdict;
  }
  if (entries_.size() >= limits_.connections_max ||
      inbound_pending_.size() >= limits_.inbound_handshakes_max) {
    verdict.evicted = evict_oldest();
    if (!verdict.evicted) {
      verdict.refused = transport_errc::too_many_connections;
      return verdict;
    }
  }
  admit(id, direction::inbound);
  return verdict;
}

gate_verdict gate::dialling(link_id id) {
  gate_verdict verdict;
  if (outbound_pending_ >= limits_.outbound_handshakes_max) {
    verdict.refused = transport_errc::too_many_handshakes;
    return verdict;
  }
  if (entries_.size() >= limits_.connections_max) {
    verdict.evicted = evict_oldest();
    if (!verdict.evicted) {
      verdict.refused = transport_errc::too_many_connections;
      return verdict;
    }
  }
  admit(id, direction::outbound);
  return verdict;
}

void gate::admit(link_id id, direction dialled) {
  const auto arrival = arrivals_++;
  const bool added = entries_.emplace(id, entry{dialled, true, arrival}).second;
  TROUPE_ASSERT(added);
  if (dialled == direction::inbound)
    inbound_pending_.emplace(arrival, id);
  else
    ++outbound_pending_;
}

void gate::authenticated(link_id id) {
  const auto found = entries_.find(id);
  if (found == entries_.end() || !found->second.pending)
    return;
  found->second.pending = false;
  if (found->second.dialled == direction::inbound)
    inbound_pending_.erase(found->second.arrival);
  else
    --outbound_pending_;
}

void gate::gone(link_id id) {
  authenticated(id);
  entries_.erase(id);
}

std::optional<link_id> gate::evict_oldest() {
  if (inbound_pending_.empty())
    return std::nullopt;
  const auto id = inbound_pending_.begin()->second;
  gone(id);
  return id;
}

} // namespace troupe::transport
