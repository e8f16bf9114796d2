// SPDX-License-Identifier: BSD-3-Clause
#include "actors/peer/network_bridge.hpp"

namespace troupe::peer {

using transport::transport_errc;

void network_bridge::attach(target to) {
  std::uint64_t mine = 0;
  {
    const std::lock_guard guard{mutex_};
    target_ = std::move(to);
    mine = ++targets_;
  }
  network_.post([this, mine] {
    for (const auto& [which, known] : links_)
      if (known.told_to < mine)
        known.link->close(transport_errc::closed_locally);
  });
}

void network_bridge::detach() {
  const std::lock_guard guard{mutex_};
  target_ = nullptr;
}

std::uint64_t network_bridge::tell(network_event event) {
  const std::lock_guard guard{mutex_};
  if (target_)
    target_(std::move(event));
  return targets_;
}

std::shared_ptr<link_port> network_bridge::port_of(link_id which) const {
  const auto known = links_.find(which);
  return known == links_.end() ? nullptr : known->second.port;
}

void network_bridge::link_up(const transport::link_ptr& up, std::optional<dial_id> dialled) {
  auto port = std::make_shared<link_port>();
  const auto told_to = tell({link_came{up, dialled, port}});
  links_.insert_or_assign(up->id(), entry{up, std::move(port), told_to});
}

void network_bridge::link_identified(const transport::link_ptr& on, const transport::identity& told) {
  if (const auto port = port_of(on->id()))
    port->post({identity_came{on->id(), std::make_shared<const transport::identity>(told)}});
}

void network_bridge::link_down(const transport::link_ptr& down, transport_errc why) {
  if (const auto port = port_of(down->id()))
    port->post({link_went{down->id(), why}});
  links_.erase(down->id());
  tell({link_gone{down->id()}});
}

void network_bridge::dial_failed(dial_id id, const transport::transport_error& why) {
  tell({dial_missed{id, why}});
}

} // namespace troupe::peer
