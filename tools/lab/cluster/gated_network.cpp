// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/cluster/gated_network.hpp"

#include <vector>

namespace troupe::lab {

bool gated_network::shuns(const peer_id& whom) const {
  const std::scoped_lock lock{guard_};
  return shunned_.contains(whom);
}

void gated_network::shun(const peer_id& whom) {
  {
    const std::scoped_lock lock{guard_};
    shunned_.insert(whom);
  }
  hang_up(whom);
}

void gated_network::accept(const peer_id& whom) {
  const std::scoped_lock lock{guard_};
  shunned_.erase(whom);
}

void gated_network::hang_up(const peer_id& on) {
  below_->post([this, on] {
    std::vector<transport::link_ptr> theirs;
    for (const auto& [id, link] : links_)
      if (link->remote() == on)
        theirs.push_back(link);
    for (const auto& link : theirs)
      link->close(transport::transport_errc::closed_locally);
  });
}

void gated_network::start(transport::network_observer& observer) {
  above_ = &observer;
  below_->start(*this);
}

void gated_network::dial(transport::dial_request request) {
  if (request.wanted && shuns(*request.wanted))
    return below_->post([this, id = request.id] {
      above_->dial_failed(id,
                          {transport::transport_errc::dial_failed, "the laboratory has cut this connection"});
    });
  below_->dial(std::move(request));
}

void gated_network::link_up(const transport::link_ptr& up, std::optional<dial_id> dialled) {
  links_.emplace(up->id(), up);
  above_->link_up(up, dialled);
  // After the observer has heard of it, so that each link_down follows its link_up.
  if (shuns(up->remote()))
    up->close(transport::transport_errc::closed_locally);
}

void gated_network::link_identified(const transport::link_ptr& on, const transport::identity& told) {
  above_->link_identified(on, told);
}

void gated_network::link_down(const transport::link_ptr& down, transport::transport_errc why) {
  links_.erase(down->id());
  above_->link_down(down, why);
}

} // namespace troupe::lab
