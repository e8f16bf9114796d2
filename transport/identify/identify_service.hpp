// SPDX-License-Identifier: BSD-3-Clause
// /ipfs/id/1.0.0 and /ipfs/id/push/1.0.0: tells peers who we are, asks every new link who the peer is, and
// pushes changes of our protocols or addresses. Both networks own one and lend it what it needs; everything
// happens on the network's thread. Source: spec libp2p 1.7; byte table in docs/protocols/identify.md.
#pragma once

#include "messages/crypto/keys.hpp"
#include "messages/types/time.hpp"
#include "transport/identify/observed_addresses.hpp"
#include "transport/network.hpp"

#include <functional>
#include <memory>

namespace troupe::transport {

inline constexpr char identify_id[] = "/ipfs/id/1.0.0";
inline constexpr char identify_push_id[] = "/ipfs/id/push/1.0.0";

struct identify_options {
  std::string agent_version = "troupe";           ///< at most 256 bytes
  std::string protocol_version = "ipfs/0.1.0";    ///< at most 256 bytes; what public peers say
  bool signed_record = true;                      ///< our addresses also as a signed peer record
  duration push_delay = std::chrono::seconds{1};  ///< changes within it are pushed together
  std::size_t pushes_max = 32;                    ///< at a time
  duration time_limit = std::chrono::seconds{10}; ///< for one identify or push
  /// An answer is half-closed this much after it was written: js-libp2p 3 loses an answer whose end arrives with the negotiation.
  duration answer_end_delay = std::chrono::milliseconds{20};
  observed_limits observed;
};

/// What the network lends. All called on its thread.
struct identify_seams {
  std::function<std::vector<std::string>()> protocols;              ///< ids that peers may open
  std::function<std::vector<multiaddr>()> listen_addresses;         ///< wildcards expanded, without /p2p
  std::function<std::uint64_t()> wall_ms;                           ///< where record numbers start
  std::function<void(duration, std::function<void()>)> after;       ///< a timer; may fire after stop()
  std::function<void(const link_ptr&, const identity&)> identified; ///< for network_observer::link_identified
  std::function<void()> addresses_changed; ///< for network_observer::addresses_changed
};

class identify_service {
public:
  identify_service(key_pair host, identify_options options, identify_seams seams);
  ~identify_service();
  identify_service(const identify_service&) = delete;
  identify_service& operator=(const identify_service&) = delete;

  /// Both protocols, to be mounted before the first link.
  std::vector<protocol> protocols() const;
  /// Opens identify on it. Call it after network_observer::link_up.
  void link_up(const link_ptr& up);
  void link_down(link_id down);
  /// A protocol was mounted or unmounted, a listener bound, an interface changed.
  void changed();

  /// Listen addresses and confirmed observed ones: what is announced.
  std::vector<multiaddr> announced_addresses() const;

private:
  struct core;
  class teller;
  class listener;
  std::shared_ptr<core> core_;
};

} // namespace troupe::transport
