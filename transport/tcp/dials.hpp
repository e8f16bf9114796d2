// SPDX-License-Identifier: BSD-3-Clause
// What is being dialled: for each request the addresses left, the time it has, and the connection that tries
// one of them now. Pure bookkeeping of the network, I/O thread only.
#pragma once

#include "messages/types/time.hpp"
#include "transport/address/endpoint.hpp"
#include "transport/network.hpp"

#include <deque>
#include <map>

namespace troupe::transport {

struct dial_candidate {
  tcp_endpoint at;
  std::optional<peer_id> named; ///< by the address's own /p2p
};

struct dial_in_progress {
  dial_request request;
  time_point due; ///< all addresses together
  std::deque<dial_candidate> left;
  std::optional<link_id> trying;
  time_point address_due; ///< of the one tried
  transport_error last{transport_errc::address_unusable, "no address can be dialled from here"};
};

class dials {
public:
  explicit dials(std::size_t max) : max_(max) {}

  /// Null if there are too many, or one with this id.
  dial_in_progress* add(dial_request request, time_point due);
  dial_in_progress* find(dial_id id);
  dial_in_progress* tried_by(link_id connection);
  void erase(dial_id id) { live_.erase(id); }
  std::map<dial_id, dial_in_progress>& all() { return live_; }

private:
  std::size_t max_;
  std::map<dial_id, dial_in_progress> live_;
};

/// What this transport can dial of `resolved`, in order; addresses of another peer than `wanted` are left
/// out.
std::deque<dial_candidate> candidates(const std::vector<multiaddr>& resolved,
                                      const std::optional<peer_id>& wanted);

} // namespace troupe::transport
