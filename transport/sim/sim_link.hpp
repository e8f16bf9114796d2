// SPDX-License-Identifier: BSD-3-Clause
// One end of a simulated connection: its lanes, and an inbox per lane of what is under way to it. The sending
// end puts an item into the other end's inbox together with an event at its due time; a cut holds those
// events back, a stall postpones them. Owned by its sim_network; the two ends know each other weakly.
#pragma once

#include "transport/sim/sim_lane.hpp"
#include "transport/sim/sim_options.hpp"
#include "transport/sim/sim_world.hpp"
#include "transport/sim/wire_item.hpp"

#include <deque>
#include <map>
#include <optional>

namespace troupe::transport {

class sim_link final : public link, public std::enable_shared_from_this<sim_link> {
public:
  struct parties {
    link_id id;
    peer_id remote;
    multiaddr remote_address;
    direction dialled;
  };

  sim_link(std::shared_ptr<sim_network* const> on, parties who, random_stream rng)
    : node_(std::move(on)), who_(std::move(who)), rng_(rng),
      next_lane_(who_.dialled == direction::outbound ? 1 : 2) {}

  // ---- link
  link_id id() const override { return who_.id; }
  const peer_id& remote() const override { return who_.remote; }
  const multiaddr& remote_address() const override { return who_.remote_address; }
  direction dialled() const override { return who_.dialled; }
  void open(std::vector<std::string> protocols, lane_handler_ptr handler) override;
  void close(transport_errc why) override;

  // ---- for the world and the network, from anywhere
  const peer_id& local() const;
  void pair_with(const std::shared_ptr<sim_link>& other) { other_ = other; }
  std::shared_ptr<sim_link> other() const { return other_.lock(); }
  /// Nothing arrives here before `at`: the end is not up yet.
  void not_before(time_point at) { floor_ = at; }
  /// The link ends here after `delay`, without a goodbye from the other side.
  void fail_after(duration delay, transport_errc why);
  /// The link ends now; of each lane's items under way a random number still arrives.
  void break_off();
  /// What a cut held back arrives now.
  void release_held();
  /// Drops all handlers without a word: the node crashed.
  void abandon();

  // ---- for the network, from within an event
  void came_up(std::optional<dial_id> dialled);
  /// Ends all lanes, then the link; `goodbye` tells the other end.
  void end(transport_errc why, bool goodbye);
  std::size_t lanes_of(direction opened_by, const std::vector<std::string>& protocols) const;

  // ---- for its lanes
  bool closing() const { return closing_.has_value(); }
  const sim_options& options() const;
  const link_conditions& outbound_conditions() const;
  random_stream split_rng(lane_id lane) const { return rng_.split(std::to_string(lane.value())); }
  void schedule(duration after, std::function<void()> task);
  void transmit(lane_id lane, wire_item item);
  void wake() { wake_at(time_point::min()); }
  void forget(lane_id lane);
  void trace_fault(lane_id lane, trace_kind what, byte_view frame);

private:
  struct inbox {
    std::deque<wire_item> items;
    time_point last_due{};
  };

  sim_world& world() const;
  void wake_at(time_point at);
  void pump();
  std::shared_ptr<sim_lane> next_sender();
  void finish_closing();
  void enqueue(lane_id lane, wire_item item, time_point due);
  void schedule_arrival(lane_id lane, time_point at);
  void arrive(lane_id lane);
  void handle_next(lane_id lane);
  void handle(lane_id lane, const wire_item& item);
  void handle_open(lane_id lane, const wire_item& item);
  void handle_data(sim_lane& lane, const wire_item& item);
  void deliver_all();

  sim_network* node() const { return *node_; }

  std::shared_ptr<sim_network* const> node_; ///< points to null once the node is gone
  parties who_;
  random_stream rng_;
  std::weak_ptr<sim_link> other_;
  bool up_ = false;
  bool down_ = false;
  std::optional<transport_errc> closing_;
  bool draining_ = false;

  std::uint64_t next_lane_;
  std::map<lane_id, std::shared_ptr<sim_lane>> lanes_;
  lane_id last_sender_{};
  bool pump_scheduled_ = false;
  time_point busy_until_{}; ///< the bandwidth is used up until then

  std::map<lane_id, inbox> inboxes_;
  std::vector<lane_id> held_; ///< one entry for each arrival that a cut held back
  time_point floor_{};
};

} // namespace troupe::transport
