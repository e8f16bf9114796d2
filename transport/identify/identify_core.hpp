// SPDX-License-Identifier: BSD-3-Clause
// The state behind identify_service, shared with the handlers of its lanes, which may outlive it and then do
// nothing. Network's thread only. Not for use outside transport/identify.
#pragma once

#include "messages/codec/identify.hpp"
#include "messages/codec/peer_record.hpp"
#include "transport/identify/identify_service.hpp"
#include "transport/identify/message_stream.hpp"

#include <deque>
#include <map>
#include <set>

namespace troupe::transport {

struct identify_service::core : std::enable_shared_from_this<core> {
  /// One version of what we say about ourselves; the observed address is added per link.
  struct announcement {
    std::uint64_t version = 0;
    std::vector<std::string> protocols;
    std::vector<multiaddr> addresses;
    bytes signed_record;
  };

  struct peer_state {
    link_ptr on;
    identity told;
    std::uint64_t record_seq = 0;   ///< of the newest signed record
    std::uint64_t version_sent = 0; ///< 0 if the peer was told nothing yet
    bool identified = false;
    bool pushing = false; ///< waiting for or having a push stream
  };

  core(key_pair host_key, identify_options chosen, identify_seams lent)
    : host(std::move(host_key)), options(std::move(chosen)), seams(std::move(lent)),
      observed(options.observed) {}

  /// Looks at the network again; a new version if anything differs.
  const announcement& current();
  std::vector<multiaddr> addresses_now() const;
  /// What we say to this peer, as a stream, and notes that it was said.
  bytes message_for(const link_ptr& to);

  /// A whole identify or push from the peer.
  void heard(link_id from, identify_message message, bool push);
  /// Malformed, or too much of it.
  void misbehaved(link_id from);

  /// Resets the lane if it is still open after the time limit.
  void limit_time(const lane_ptr& open);

  /// Half-closes after answer_end_delay.
  void finish_soon(const lane_ptr& open);

  void push_later();
  void push_changes();
  void start_pushes();
  void push_ended(link_id to);

  key_pair host;
  identify_options options;
  identify_seams seams;
  observed_addresses observed;
  announcement now;
  std::uint64_t record_seq = 0;
  std::map<link_id, peer_state> peers;
  std::deque<link_id> waiting; ///< links to push to, each at most once
  std::set<link_id> pushing;   ///< links with a push stream open
  bool push_armed = false;
  bool stopped = false;

private:
  bool take_record(peer_state& peer, const bytes& envelope, std::vector<multiaddr>& addresses);
};

} // namespace troupe::transport
