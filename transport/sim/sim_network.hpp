// SPDX-License-Identifier: BSD-3-Clause
// The simulated implementation of transport/network.hpp: one virtual node. Destroying it without stop() is a
// crash: no handler or observer hears of it, and its peers lose their links after the detection delay. A node
// must not be destroyed or stopped from within one of its own callbacks (sim_world::schedule does it a moment
// later).
//
// Addresses are names: /memory/7 or /ip4/10.0.0.1/tcp/1 reach whoever listens on exactly them. Port 0 is
// replaced by a free one and the wildcard host 0.0.0.0 by the node's own 10.x.y.z.
//
// A node that is given its key mounts identify, its push and ping as the TCP network does, the same service
// in virtual time; one with a bare peer id speaks only what is mounted on it.
#pragma once

#include "transport/network.hpp"
#include "transport/sim/sim_dialer.hpp"
#include "transport/sim/sim_link.hpp"
#include "transport/sim/sim_options.hpp"
#include "transport/sim/sim_world.hpp"

#include <map>
#include <memory>

namespace troupe::transport {

class sim_network final : public network {
public:
  sim_network(sim_world& world, const peer_id& self, const sim_options& options = {});
  sim_network(sim_world& world, const key_pair& host, const sim_options& options = {});
  ~sim_network() override;
  sim_network(const sim_network&) = delete;
  sim_network& operator=(const sim_network&) = delete;

  // ---- network
  void start(network_observer& observer) override { observer_ = &observer; }
  expected<multiaddr, transport_error> listen(const multiaddr& at) override;
  void dial(dial_request request) override { dialer_.dial(std::move(request)); }
  void mount(protocol what) override;
  void unmount(const std::string& id) override;
  void stop() override;
  const peer_id& self() const override { return self_; }
  std::vector<multiaddr> listen_addresses() const override { return listening_; }
  std::vector<std::string> protocols() const override;
  void post(std::function<void()> task) override;
  void at_turn_end(std::function<void()> hook) override { turn_hooks_.push_back(std::move(hook)); }

  /// Stops accepting on an address that listen() answered; links stay.
  void unlisten(const multiaddr& at);

  // ---- for the world, the dialer and the links
  struct answer_to_open {
    bool known = false;       ///< a proposal is mounted
    std::string protocol;     ///< the first such
    lane_handler_ptr handler; ///< null refuses
  };
  answer_to_open answer(const link_ptr& from, const std::vector<std::string>& proposals);
  bool may_open(const peer_id& to, const std::string& protocol) const;
  std::size_t window_max(const std::string& protocol) const;

  sim_world& world() const { return world_; }
  const sim_options& options() const { return options_; }
  bool stopped() const { return stopped_; }
  bool started() const { return observer_ != nullptr; }
  bool accepting() const { return observer_ != nullptr && !stopped_ && links_.size() < options_.links_max; }
  const std::map<link_id, std::shared_ptr<sim_link>>& links() const { return links_; }
  void schedule(time_point at, std::function<void()> task);
  std::shared_ptr<sim_link> add_link(sim_link::parties who, random_stream rng);
  void report_up(const std::shared_ptr<sim_link>& up, std::optional<dial_id> dialled);
  void link_ended(const std::shared_ptr<sim_link>& down, transport_errc why, bool was_up);
  void report_dial_failed(dial_id id, const transport_error& why);
  /// Where this node's outgoing links seem to come from.
  multiaddr source_address(link_id of) const;
  void end_turn();

private:
  using mount_ptr = std::shared_ptr<const protocol>;

  mount_ptr mounted(const std::string& id) const;
  std::size_t open_lanes(const peer_id& with, direction opened_by, const std::vector<std::string>& ids) const;
  identify_seams seams_for_identify();
  void announce_changes();
  multiaddr::component host() const;
  multiaddr bound(const multiaddr& at);

  sim_world& world_;
  std::shared_ptr<sim_network*> home_; ///< what links know us by; null in it once we are gone
  peer_id self_;
  sim_options options_;
  sim_world::node_number number_;
  network_observer* observer_ = nullptr;
  bool stopped_ = false;
  std::size_t posted_ = 0;
  std::vector<multiaddr> listening_;
  std::map<std::string, mount_ptr> mounted_;
  std::map<link_id, std::shared_ptr<sim_link>> links_;
  std::vector<std::function<void()>> turn_hooks_;
  sim_dialer dialer_;
  std::unique_ptr<identify_service> identify_; ///< null without a key
};

} // namespace troupe::transport
