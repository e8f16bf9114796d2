// SPDX-License-Identifier: BSD-3-Clause
// Routing between the network's observer, the peer actors and the rest of the node. It never waits for a peer.
#include "actors/peer/peers_actor.hpp"

#include "actors/peer/dial_desk.hpp"
#include "actors/peer/lane_handlers.hpp"
#include "actors/peer/peer_actor.hpp"
#include "actors/runtime/shell/supervisor.hpp"
#include "messages/codec/hex.hpp"

#include <algorithm>
#include <optional>

namespace troupe::peer {
namespace {

using transport::transport_errc;

const std::string session_protocol = "/troupe/session/1";

using peers_inside = peers_handle::extend<takes<network_event>, takes<peer_news>, takes<timer_fired>>;

/// What is known of a peer with an actor.
struct tracked {
  std::string key;
  incarnation remote;
  std::size_t links = 0;
  bool joined = false;
  std::optional<transport::identity> announced;
  transport::identity identity;
  multiaddr address;
};

struct link_record {
  peer_id who;
  transport::link_ptr link;
};

supervision_options rules_of(const peers_options& options) {
  supervision_options rules;
  rules.intensity = 100; // only faults of our own count, as crashes are charged to their peers
  rules.children_max = options.peers_max;
  return rules;
}

class peers_shell {
public:
  using self_base = peers_inside::base;

  peers_shell(self_base* self, node_context context, peers_options options)
    : self_(self), context_(std::move(context)), options_(std::move(options)), memory_(*options_.memory),
      children_(self, context_, rules_of(options_), {}, hooks()),
      desk_(context_.rng.split("dials"), options_.dials_max) {}

  void start() {
    children_.start();
    options_.bridge->attach([to = handle<takes<network_event>>{self_}](network_event&& event) { post(to, std::move(event)); });
    for (const auto& gone : std::exchange(memory_.present, {}))
      for (const auto& who : memory_.subscribers)
        send(self_, who, left{gone});
    for (const auto& spec : memory_.lanes)
      mount(*spec);
    mount_session();
    for (const auto& [who, addresses] : memory_.kept)
      ensure(who);
    for (const auto& addresses : memory_.kept_unknown)
      desk_.keep_unknown(addresses, now());
    drain();
  }
  ~peers_shell() { options_.bridge->detach(); }

  // ---- the network

  void take(network_event& event) {
    std::visit([this](auto& what) { take(what); }, event.what);
    drain();
  }

  void take(const timer_fired& fired) {
    children_.wake(fired);
    timers_.fired(fired.at);
    while (const auto timer = timers_.due(now()))
      desk_.expire(*timer, now());
    drain();
  }

  // ---- the node

  void take(send_frames& sent) {
    if (const auto to = child_of(sent.to))
      send(self_, to, std::move(sent));
    else
      context_.line(log_level::debug, "dropped frames for " + short_name(sent.to) + ": never met");
  }

  void take(lane_spec& spec) {
    auto shared = std::make_shared<const lane_spec>(std::move(spec));
    auto& lanes = memory_.lanes;
    std::erase_if(lanes, [&](const auto& known) { return known->protocol == shared->protocol; });
    if (lanes.size() == session_lanes_max || shared->protocol.empty() || shared->protocol.size() > session_name_max) {
      context_.line(log_level::error, "cannot mount '" + shared->protocol + "': 32 lanes are mounted, or its name is no name");
      return;
    }
    lanes.push_back(shared);
    mount(*shared);
    for (const auto& [who, known] : peers_)
      send(self_, child_of(who), peer_order{mount_lane{shared}});
  }

  void take(mount_protocol& order) { options_.network->mount(std::move(order.what)); }

  void take(const unmount& order) {
    options_.network->unmount(order.protocol);
    if (std::erase_if(memory_.lanes, [&](const auto& known) { return known->protocol == order.protocol; }) > 0)
      for (const auto& [who, known] : peers_)
        send(self_, child_of(who), peer_order{order});
  }

  void take(const subscribe& order) {
    if (memory_.subscribers.size() == subscribers_max) {
      context_.line(log_level::error, "refused a subscriber: there are 64");
      return;
    }
    memory_.subscribers.push_back(order.who);
    for (const auto& [who, known] : peers_) {
      if (known.joined)
        send(self_, order.who, joined{who, known.remote});
      if (known.announced)
        send(self_, order.who, identified{who, *known.announced});
    }
  }

  void take(const connect& order) {
    std::map<peer_id, std::vector<multiaddr>> by_peer;
    std::vector<multiaddr> unknown;
    for (const auto& address : order.addresses)
      if (const auto who = address.peer())
        by_peer[*who].push_back(address.without_peer());
      else
        unknown.push_back(address);
    for (const auto& [who, addresses] : by_peer)
      keep(who, addresses);
    if (!unknown.empty()) {
      if (!desk_.keep_unknown(unknown, now()))
        context_.line(log_level::error, "refused to connect: too many addresses of unknown peers");
      else
        memory_.kept_unknown.push_back(unknown);
    }
    drain();
  }

  void take(const disconnect& order) {
    memory_.kept.erase(order.peer);
    if (const auto to = child_of(order.peer))
      send(self_, to, peer_order{drop_peer{}});
  }

  void take(const misbehaved& report) {
    context_.line(log_level::warn, short_name(report.peer) + " misbehaved: " + report.what);
    charge(report.peer, report.cost);
    if (report.close)
      close_links(report.peer, transport_errc::misbehaved);
  }

  void take(open_stream& order) {
    for (const auto& [which, record] : links_)
      if (record.who == order.peer)
        return record.link->open(order.protocols, std::move(*order.handler));
    const auto booked = memory_.book.addresses(order.peer);
    order.addresses.insert(order.addresses.end(), booked.begin(), booked.end());
    const auto dialled = desk_.dial_for_stream(order.peer, order.addresses);
    if (!dialled || streams_.size() == pending_streams_max)
      return fail(order, transport_errc::dial_failed);
    streams_.emplace(*dialled, std::move(order));
    drain();
  }

  peer_list list() const {
    peer_list all;
    for (const auto& who : memory_.book.peers()) {
      peer_entry line{who, {}, false, false, {}};
      const auto booked = memory_.book.addresses(who);
      if (!booked.empty())
        line.address = booked.front();
      if (const auto known = peers_.find(who); known != peers_.end()) {
        line.connected = known->second.links > 0;
        line.in_session = known->second.joined;
        line.identity = known->second.identity;
        if (!known->second.address.empty())
          line.address = known->second.address;
      }
      all.push_back(std::move(line));
    }
    return all;
  }

  // ---- news of the peers

  void take(peer_news& news) {
    if (peers_.contains(news.who))
      std::visit([&](auto& what) { hear(news.who, what); }, news.what);
    drain();
  }

private:
  time_point now() const { return context_.clock->now(); }

  supervisor_hooks hooks() {
    return {[this](const peer_id& who, const std::string& why) {
              context_.line(log_level::warn, short_name(who) + ": " + why);
              charge(who, cost_of(session_errc::handler_crashed));
            },
            [this](const child_down& down) { child_ended(down); }};
  }

  // ---- children

  peer_handle child_of(const peer_id& who) const {
    const auto known = peers_.find(who);
    return known == peers_.end() ? peer_handle{} : caf::actor_cast<peer_handle>(children_.find(known->second.key));
  }

  /// The peer's actor, started if need be; null at the cap.
  peer_handle ensure(const peer_id& who) {
    if (peers_.contains(who))
      return child_of(who);
    tracked made;
    made.key = short_name(who);
    if (keys_.contains(made.key))
      made.key += "-" + to_hex(who.multihash());
    const auto started = children_.add(make_child({.key = made.key, .kind = restart::transient},
                                                  [this, who](caf::actor_system& system, const node_context& context) {
                                                    return spawn_peer(system, options_.unit, context, setup_for(who));
                                                  }));
    if (!started) {
      context_.line(log_level::warn, "no room for " + short_name(who) + ": " + std::string{name_of(started.error())});
      return {};
    }
    keys_.emplace(made.key, who);
    memory_.book.seen(who, now());
    memory_.book.hold(who, true);
    peers_.emplace(who, std::move(made));
    return child_of(who);
  }

  peer_setup setup_for(const peer_id& who) {
    peer_setup setup;
    setup.self = options_.network->self();
    setup.session.remote = who;
    setup.session.network_id = options_.network_id;
    setup.session.features = options_.features;
    setup.session.group_id = options_.group_id;
    setup.session.trace = context_.log && context_.log->wants(log_level::trace);
    // Unique over restarts of the process (wall time) and of the actor (count).
    setup.session.boot = incarnation{(context_.clock->wall_ms() << 20) | (++memory_.lives & 0xfffff)};
    setup.lanes = memory_.lanes;
    if (const auto kept = memory_.kept.find(who); kept != memory_.kept.end())
      setup.kept = keep_peer{kept->second};
    setup.banned_until = memory_.book.banned_until(who);
    setup.news = news_taker{self_};
    return setup;
  }

  void child_ended(const child_down& down) {
    const auto known = keys_.find(down.key);
    if (known == keys_.end())
      return;
    const auto who = known->second;
    // Its successor starts without links, so those of the old one end.
    close_links(who, down.charged ? transport_errc::misbehaved : transport_errc::closed_locally);
    say_left(who);
    desk_.forget_peer(who);
    if (down.comes_back)
      return;
    keys_.erase(known);
    peers_.erase(who);
    memory_.book.hold(who, false);
  }

  void close_links(const peer_id& who, transport_errc why) {
    for (const auto& [which, record] : links_)
      if (record.who == who)
        record.link->close(why);
  }

  void keep(const peer_id& who, const std::vector<multiaddr>& addresses) {
    if (who == options_.network->self()) {
      context_.line(log_level::warn, "refused to connect to ourselves");
      return;
    }
    auto& kept = memory_.kept[who];
    merge_addresses(kept, addresses);
    const bool is_new = !peers_.contains(who);
    const auto to = ensure(who);
    memory_.book.add_addresses(who, addresses, now());
    if (to && !is_new)
      send(self_, to, peer_order{keep_peer{addresses}});
    else if (!to)
      memory_.kept.erase(who);
  }

  void charge(const peer_id& who, std::uint32_t cost) {
    if (memory_.book.charge(who, cost, now()) == peer_book::verdict::tolerated)
      return;
    context_.line(log_level::warn, short_name(who) + " is banned");
    if (const auto to = child_of(who))
      send(self_, to, peer_order{ban_peer{memory_.book.banned_until(who).value_or(now())}});
    close_links(who, transport_errc::misbehaved);
  }

  // ---- mounting

  void mount(const lane_spec& spec) { mount_frames(spec.protocol, {spec.frame_max, true}); }
  void mount_session() { mount_frames(session_protocol, {session_frame_max, false}); }
  void mount_frames(const std::string& id, frame_rules rules) {
    transport::protocol made;
    made.ids = {id};
    made.limits.inbound_per_peer = 4;
    made.accept = [bridge = options_.bridge, rules](const transport::inbound_lane& lane) -> transport::lane_handler_ptr {
      auto port = bridge->port_of(lane.from->id());
      return port ? std::make_unique<frame_lane_in>(lane.from->id(), std::move(port), rules) : nullptr;
    };
    options_.network->mount(std::move(made));
  }

  // ---- links and dials

  void take(link_came& came) {
    const auto who = came.link->remote();
    std::optional<dial_desk::owner> owner;
    if (came.dialled)
      owner = desk_.reached(*came.dialled, who, now());
    if (memory_.book.is_banned(who, now()))
      return refuse(came, owner, transport_errc::misbehaved);
    const auto to = ensure(who);
    if (!to)
      return refuse(came, owner, transport_errc::too_many_connections);
    links_.emplace(came.link->id(), link_record{who, came.link});
    auto& known = peers_.at(who);
    ++known.links;
    memory_.book.seen(who, now());
    if (came.link->dialled() == transport::direction::outbound) {
      known.address = came.link->remote_address();
      memory_.book.add_addresses(who, {known.address}, now());
    }
    const bool ends_dial = owner && owner->what == dial_desk::kind::peer;
    send(self_, to, peer_order{take_link{came.link, came.port, ends_dial}});
    came.port->bind([to](link_event&& event) { post(to, std::move(event)); });
    if (owner && owner->what == dial_desk::kind::unknown) {
      std::erase(memory_.kept_unknown, owner->addresses);
      keep(who, owner->addresses);
    }
    if (came.dialled)
      if (auto waiting = streams_.extract(*came.dialled))
        came.link->open(waiting.mapped().protocols, std::move(*waiting.mapped().handler));
  }

  void refuse(const link_came& came, const std::optional<dial_desk::owner>& owner, transport_errc why) {
    came.link->close(why);
    dial_lost(owner);
    fail_streams(came.dialled, why);
  }
  void dial_lost(const std::optional<dial_desk::owner>& owner) {
    if (!owner || owner->what != dial_desk::kind::peer)
      return;
    if (const auto to = child_of(owner->who))
      send(self_, to, peer_order{dial_missed_for_peer{}});
  }

  void take(const link_gone& gone) {
    const auto record = links_.find(gone.which);
    if (record == links_.end())
      return;
    const auto who = record->second.who;
    links_.erase(record);
    if (const auto known = peers_.find(who); known != peers_.end() && --known->second.links == 0)
      memory_.book.seen(who, now());
  }

  void take(const dial_missed& missed) {
    context_.line(log_level::debug, "dial failed: " + missed.why.detail);
    const auto owner = desk_.missed(missed.which, missed.why.code, now());
    dial_lost(owner);
    if (owner && owner->what == dial_desk::kind::unknown && !owner->addresses.empty()) {
      context_.line(log_level::warn, "gave up " + owner->addresses.front().text() + ": it leads to ourselves");
      std::erase(memory_.kept_unknown, owner->addresses);
    }
    fail_streams(missed.which, missed.why.code);
  }

  void fail_streams(std::optional<dial_id> which, transport_errc why) {
    if (!which)
      return;
    if (auto waiting = streams_.extract(*which))
      fail(waiting.mapped(), why);
  }
  void fail(const open_stream& order, transport_errc why) {
    options_.network->post([handler = order.handler, why] { (*handler)->closed(why); });
  }

  void drain() {
    while (auto effect = desk_.poll())
      std::visit([this](auto& one) { serve(one); }, *effect);
    if (const auto at = timers_.wake())
      send_after(self_, handle<takes<timer_fired>>{self_}, *at - now(), timer_fired{*at});
  }
  void serve(transport::dial_request& order) { options_.network->dial(std::move(order)); }
  void serve(const arm& timer) { timers_.arm(timer.timer, now() + timer.after); }
  void serve(const cancel& timer) { timers_.cancel(timer.timer); }

  // ---- news

  template <class Event>
  void publish(const Event& event) {
    for (const auto& who : memory_.subscribers)
      send(self_, who, event);
  }
  void hear(const peer_id& who, const presence::say_joined& said) {
    auto& known = peers_.at(who);
    known.joined = true;
    known.remote = said.remote;
    memory_.present.insert(who);
    publish(joined{who, said.remote});
  }
  void hear(const peer_id& who, presence::say_identified& said) {
    memory_.present.insert(who);
    peers_.at(who).announced = said.told;
    publish(identified{who, std::move(said.told)});
  }
  void hear(const peer_id& who, const presence::say_left&) { say_left(who); }
  void say_left(const peer_id& who) {
    auto& known = peers_.at(who);
    known.joined = false;
    known.announced.reset();
    if (memory_.present.erase(who) > 0)
      publish(left{who});
  }
  void hear(const peer_id& who, identity_came& came) {
    auto& known = peers_.at(who);
    memory_.book.add_addresses(who, came.told.listen_addresses, now());
    if (known.address.empty() && !came.told.listen_addresses.empty())
      known.address = came.told.listen_addresses.front();
    known.identity = std::move(came.told);
  }
  void hear(const peer_id& who, want_dial& want) { desk_.dial_for_peer(who, std::move(want.addresses)); }
  void hear(const peer_id& who, const complaint& about) { charge(who, cost_of(about.what)); }
  void hear(const peer_id& who, const idle&) {
    if (peers_.at(who).links == 0 && !memory_.kept.contains(who))
      static_cast<void>(children_.remove(std::string{peers_.at(who).key}));
  }

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
};

struct peers_state {
  std::optional<peers_shell> shell;
};

peers_inside::behavior_type peers_actor(self_ptr<peers_inside, peers_state> self, node_context context, peers_options options) {
  auto& shell = self->state.shell.emplace(self, std::move(context), std::move(options));
  shell.start();
  return {[&shell](send_frames& sent) { shell.take(sent); },
          [&shell](lane_spec& spec) { shell.take(spec); },
          [&shell](mount_protocol& order) { shell.take(order); },
          [&shell](const unmount& order) { shell.take(order); },
          [&shell](const subscribe& order) { shell.take(order); },
          [&shell](const connect& order) { shell.take(order); },
          [&shell](const disconnect& order) { shell.take(order); },
          [&shell](const misbehaved& report) { shell.take(report); },
          [&shell](open_stream& order) { shell.take(order); },
          [&shell](const list_peers&) { return shell.list(); },
          [&shell](network_event& event) { shell.take(event); },
          [&shell](peer_news& news) { shell.take(news); },
          [&shell](const timer_fired& fired) { shell.take(fired); }};
}

} // namespace

peers_handle spawn_peers(caf::actor_system& system, node_context context, peers_options options) {
  return spawn(system, std::move(context), peers_actor, std::move(options));
}

} // namespace troupe::peer
