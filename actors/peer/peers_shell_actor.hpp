// SPDX-License-Identifier: BSD-3-Clause
// The inside of the peers actor. Its two halves: peers_actor.cpp takes what the node and the network say,
// peers_children_actor.cpp looks after the peer actors and what they tell. It never waits for a peer.
#pragma once

#include "actors/peer/dial_desk.hpp"
#include "actors/peer/introductions.hpp"
#include "actors/peer/peer_actor.hpp"
#include "actors/peer/peers_actor.hpp"
#include "actors/runtime/shell/supervisor.hpp"

#include <optional>

namespace troupe::peer {

/// What a peer in session told of others, with the credit it came on.
struct introduction_came {
  received how;
  std::vector<known_peer> peers;
};

using introduction_taker = handle<takes<introduction_came>>;
using peers_inside =
  peers_handle::extend<takes<network_event>, takes<peer_news>, takes<introduction_came>, takes<timer_fired>>;

class peers_shell {
public:
  using self_base = peers_inside::base;

  peers_shell(self_base* self, node_context context, peers_options options);
  ~peers_shell();
  void start();

  // ---- from the node
  void take(send_frames& sent);
  void take(lane_spec& spec);
  void take(mount_protocol& order);
  void take(const unmount& order);
  void take(const subscribe& order);
  void take(const watch_trouble& order);
  void take(const connect& order);
  void take(const disconnect& order);
  void take(const misbehaved& report);
  void take(open_stream& order);
  void take(const set_group& order);
  peer_list list(const list_peers& which) const;

  // ---- from the network and the peers
  void take(network_event& event);
  void take(peer_news& news);
  void take(introduction_came& came);
  void take(const timer_fired& fired);

private:
  peer_entry entry_of(const peer_id& who) const;

  /// What is known of a peer with an actor.
  struct tracked {
    std::string key;
    incarnation remote;
    std::size_t links = 0;
    bool joined = false;
    std::vector<multiaddr> introduced; ///< dialled there on another's word; kept once it has joined
    bool announced = false;            ///< its identity, to the subscribers
    transport::identity_ptr identity;
    multiaddr address;
    bool dialled = false; ///< the address is where a dial of ours reached it
  };
  struct link_record {
    peer_id who;
    transport::link_ptr link;
  };
  using dial_owner = std::optional<dial_desk::owner>;

  time_point now() const { return context_.clock->now(); }

  // Links and dials.
  void take(link_came& came);
  void take(const link_gone& gone);
  void take(const dial_missed& missed);
  void refuse(const link_came& came, const dial_owner& owner, transport::transport_errc why);
  void dial_lost(const dial_owner& owner);
  void fail_streams(std::optional<dial_id> which, transport::transport_errc why);
  void fail(const open_stream& order, transport::transport_errc why);
  void mount_frames(const std::string& id, frame_rules rules);
  void drain();
  void count() const;
  void drop_unmet(const peer_id& who);
  void serve(transport::dial_request& order) {
    ++options_.counters->dials;
    options_.network->dial(std::move(order));
  }
  template <class Machine>
  bool drain_one(Machine& machine) {
    auto effect = machine.poll();
    if (effect)
      std::visit([this](auto& one) { this->serve(one); }, *effect);
    return effect.has_value();
  }
  void serve(const arm& timer) { timers_.arm(timer.timer, now() + timer.after); }
  void serve(const cancel& timer) { timers_.cancel(timer.timer); }

  // Introductions.
  lane_spec introduction_lane() const;
  bool on_loopback(const peer_id& who) const;
  bool needs_no_dial(const peer_id& who) const;
  void locate(const peer_id& who);
  void serve(introductions::tell& order);
  void serve(introductions::dial& order);
  void serve(const introductions::forged& found);
  void serve(const remembered_peers::write& order) { options_.remember(order.peers); }

  // Children.
  supervisor_hooks hooks();
  peer_handle child_of(const peer_id& who) const;
  /// The peer's actor, started if need be; null at the cap.
  peer_handle ensure(const peer_id& who);
  peer_setup setup_for(const peer_id& who);
  void child_ended(const child_down& down);
  void close_links(const peer_id& who, transport::transport_errc why);
  void keep(const peer_id& who, const std::vector<multiaddr>& addresses);
  void charge(const peer_id& who, std::uint32_t cost);

  // News.
  template <class Event>
  void publish(const Event& event) {
    for (const auto& who : memory_.subscribers)
      send(self_, who, event);
  }
  void hear(const peer_id& who, const presence::say_joined& said);
  void hear(const peer_id& who, presence::say_identified& said);
  void hear(const peer_id& who, const presence::say_left&) { say_left(who); }
  void hear(const peer_id& who, identity_came& came);
  void hear(const peer_id& who, want_dial& want) { desk_.dial_for_peer(who, std::move(want.addresses)); }
  void hear(const peer_id& who, const complaint& about);
  void tell_trouble(const trouble& what);
  void hear(const peer_id& who, const idle&);
  void say_left(const peer_id& who);

  self_base* self_;
  node_context context_;
  peers_options options_;
  peers_memory& memory_;
  std::map<peer_id, tracked> peers_;
  std::map<std::string, peer_id> keys_;
  std::map<link_id, link_record> links_;
  std::map<dial_id, open_stream> streams_;
  timer_table timers_;
  supervisor children_;
  dial_desk desk_;
  introductions introductions_;
};

} // namespace troupe::peer

template <>
inline constexpr std::string_view troupe::signal_name<troupe::peer::introduction_came> =
  "peer.introduction_came";
