// SPDX-License-Identifier: BSD-3-Clause
// A real network that can be told to shun peers: it closes their connections, takes no new ones and does not
// dial them. Stands between a node's peers and its TCP network, so that partitions need no root and no
// firewall. `shun` and `accept` from any thread; the rest as transport/network.hpp says.
#pragma once

#include "transport/network.hpp"

#include <map>
#include <mutex>
#include <set>

namespace troupe::lab {

class gated_network final : public transport::network, private transport::network_observer {
public:
  explicit gated_network(std::shared_ptr<transport::network> below) : below_(std::move(below)) {}

  void shun(const peer_id& whom);
  void accept(const peer_id& whom);
  /// Closes the connections there are; new ones may come.
  void hang_up(const peer_id& on);

  void start(transport::network_observer& observer) override;
  expected<multiaddr, transport::transport_error> listen(const multiaddr& at) override {
    return below_->listen(at);
  }
  void dial(transport::dial_request request) override;
  void mount(transport::protocol what) override { below_->mount(std::move(what)); }
  void unmount(const std::string& id) override { below_->unmount(id); }
  void stop() override { below_->stop(); }
  const peer_id& self() const override { return below_->self(); }
  std::vector<multiaddr> listen_addresses() const override { return below_->listen_addresses(); }
  std::vector<std::string> protocols() const override { return below_->protocols(); }
  void post(std::function<void()> task) override { below_->post(std::move(task)); }
  void at_turn_end(std::function<void()> hook) override { below_->at_turn_end(std::move(hook)); }

private:
  void link_up(const transport::link_ptr& up, std::optional<dial_id> dialled) override;
  void link_identified(const transport::link_ptr& on, const transport::identity& told) override;
  void link_down(const transport::link_ptr& down, transport::transport_errc why) override;
  void dial_failed(dial_id id, const transport::transport_error& why) override {
    above_->dial_failed(id, why);
  }
  void addresses_changed() override { above_->addresses_changed(); }
  bool shuns(const peer_id& whom) const;

  std::shared_ptr<transport::network> below_;
  transport::network_observer* above_ = nullptr;
  std::map<link_id, transport::link_ptr> links_; ///< that are up; the network's thread only
  mutable std::mutex guard_;
  std::set<peer_id> shunned_;
};

} // namespace troupe::lab
