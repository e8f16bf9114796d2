// SPDX-License-Identifier: BSD-3-Clause
// Where the network sees us: behind a port-forwarding router that is another host than our interfaces'. One
// peer's word counts for nothing; an address is ours once enough different hosts have told it. Pure; owned by
// the identify service.
#pragma once

#include "messages/types/strong.hpp"
#include "transport/address/endpoint.hpp"
#include "transport/admission/host_key.hpp"

#include <map>
#include <vector>

namespace troupe::transport {

struct observed_limits {
  std::size_t observers_min = 4; ///< different hosts that must agree, as go has it
  std::size_t candidates_max =
    64; ///< different addresses remembered; further ones are ignored until some are forgotten
  std::size_t confirmed_max = 4; ///< announced at most
};

class observed_addresses {
public:
  explicit observed_addresses(observed_limits limits = {}) : limits_(limits) {}

  /// The peer on `on`, at `observer`, says it sees us at `told`. A later word on the same link replaces the
  /// earlier one.
  void tell(link_id on, const host_key& observer, const tcp_endpoint& told);
  /// The link is gone, and its word with it.
  void forget(link_id on);
  /// Ascending, so that equal states announce the same.
  std::vector<multiaddr> confirmed() const;

private:
  struct word {
    host_key observer;
    multiaddr told;
  };

  observed_limits limits_;
  std::map<link_id, word> words_;
  std::map<multiaddr, std::map<host_key, std::size_t>> candidates_; ///< how many links of each host say it
};

} // namespace troupe::transport
