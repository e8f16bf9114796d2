// SPDX-License-Identifier: BSD-3-Clause
// The network's observer: remembers the links that are up, each with its port, and tells the peers actor.
// Lives as long as the network, so that a restarted peers actor finds a clean slate: attaching closes the
// links of its predecessor. Network thread only, except attach and detach.
#pragma once

#include "actors/peer/link_port.hpp"

#include <map>
#include <mutex>
#include <variant>

namespace troupe::peer {

struct link_came {
  transport::link_ptr link;
  std::optional<dial_id> dialled;
  std::shared_ptr<link_port> port;
};
/// The link is gone; its port has been told.
struct link_gone {
  link_id which;
};
struct dial_missed {
  dial_id which;
  transport::transport_error why;
};
struct network_event {
  std::variant<link_came, link_gone, dial_missed> what;
};

class network_bridge final : public transport::network_observer {
public:
  using target = std::function<void(network_event&&)>;

  explicit network_bridge(transport::network& net) : network_(net) {}

  /// Any thread. Events of links that come from now on go to `to`.
  void attach(target to);
  void detach();

  /// The port of a link that is up, or null.
  std::shared_ptr<link_port> port_of(link_id which) const;

  void link_up(const transport::link_ptr& up, std::optional<dial_id> dialled) override;
  void link_identified(const transport::link_ptr& on, const transport::identity& told) override;
  void link_down(const transport::link_ptr& down, transport::transport_errc why) override;
  void dial_failed(dial_id id, const transport::transport_error& why) override;

private:
  struct entry {
    transport::link_ptr link;
    std::shared_ptr<link_port> port;
    std::uint64_t told_to; // which target heard of it
  };
  std::uint64_t tell(network_event event);

  transport::network& network_;
  std::map<link_id, entry> links_;
  std::mutex mutex_; // guards the two below
  target target_;
  std::uint64_t targets_ = 0;
};

} // namespace troupe::peer

template <>
inline constexpr std::string_view troupe::signal_name<troupe::peer::network_event> = "peer.network_event";
