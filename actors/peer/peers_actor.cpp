// SPDX-License-Identifier: BSD-3-Clause
// The peers actor: what the node and the network tell it.
#include "actors/peer/peers_actor.hpp"

#include "actors/peer/lane_handlers.hpp"
#include "actors/peer/peers_shell_actor.hpp"

#include <algorithm>

namespace troupe::peer {
namespace {

using transport::transport_errc;

constexpr std::uint32_t minor_cost = 2;

supervision_options rules_of(const peers_options& options) {
  supervision_options rules;
  rules.intensity = 100; // only faults of our own count, as crashes are charged to their peers
  rules.children_max = options.peers_max;
  return rules;
}

} // namespace

peers_shell::peers_shell(self_base* self, node_context context, peers_options options)
  : self_(self), context_(std::move(context)), options_(std::move(options)), memory_(*options_.memory),
    children_(self, context_, rules_of(options_), {}, hooks()),
    desk_(context_.rng.split("dials"), options_.dials_max) {}

peers_shell::~peers_shell() {
  options_.bridge->detach();
}

void peers_shell::start() {
  children_.start();
  options_.bridge->attach(
    [to = handle<takes<network_event>>{self_}](network_event&& event) { post(to, std::move(event)); });
  for (const auto& gone : std::exchange(memory_.present, {}))
    for (const auto& who : memory_.subscribers)
      send(self_, who, left{gone});
  for (const auto& spec : memory_.lanes)
    mount_frames(spec->protocol, {spec->frame_max, true});
  if (options_.introduce) {
    auto told = introduction_lane();
    take(told);
  }
  mount_frames(session_protocol, {session_frame_max, false});
  for (const auto& [who, addresses] : memory_.kept)
    ensure(who);
  for (const auto& addresses : memory_.kept_unknown)
    desk_.keep_unknown(addresses, now());
  memory_.remembered.start(now());
  drain();
}

void peers_shell::take(send_frames& sent) {
  if (const auto to = child_of(sent.to))
    send(self_, to, std::move(sent));
  else
    drop_unmet(sent.to);
}

void peers_shell::drop_unmet(const peer_id& who) {
  options_.counters->dropped(frame_drop::never_met);
  context_.line(log_level::debug, "dropped frames for " + short_name(who) + ": never met");
}

void peers_shell::take(lane_spec& spec) {
  auto shared = std::make_shared<const lane_spec>(std::move(spec));
  auto& lanes = memory_.lanes;
  std::erase_if(lanes, [&](const auto& known) { return known->protocol == shared->protocol; });
  if (lanes.size() == session_lanes_max || shared->protocol.empty() ||
      shared->protocol.size() > session_name_max) {
    context_.line(log_level::error,
                  "cannot mount '" + shared->protocol + "': 32 lanes are mounted, or its name is no name");
    return;
  }
  lanes.push_back(shared);
  mount_frames(shared->protocol, {shared->frame_max, true});
  for (const auto& [who, known] : peers_)
    send(self_, child_of(who), peer_order{mount_lane{shared}});
}

void peers_shell::take(const unmount& order) {
  options_.network->unmount(order.protocol);
  if (std::erase_if(memory_.lanes, [&](const auto& known) { return known->protocol == order.protocol; }) > 0)
    for (const auto& [who, known] : peers_)
      send(self_, child_of(who), peer_order{order});
}

void peers_shell::take(const subscribe& order) {
  auto& known = memory_.subscribers;
  if (std::find(known.begin(), known.end(), order.who) == known.end()) {
    if (known.size() == subscribers_max) {
      context_.line(log_level::error, "refused a subscriber: there are 64");
      return;
    }
    known.push_back(order.who);
  }
  for (const auto& [who, peer] : peers_) {
    if (peer.joined)
      send(self_, order.who, joined{who, peer.remote});
    if (peer.announced)
      send(self_, order.who, identified{who, peer.identity});
  }
}

void peers_shell::take(const watch_trouble& order) {
  if (memory_.watchers.size() == subscribers_max)
    context_.line(log_level::error, "refused a watcher of trouble: there are 64");
  else
    memory_.watchers.push_back(order.who);
}

void peers_shell::tell_trouble(const trouble& what) {
  for (const auto& watcher : memory_.watchers)
    send(self_, watcher, what);
}

void peers_shell::take(const connect& order) {
  std::map<peer_id, std::vector<multiaddr>> by_peer;
  std::vector<multiaddr> unknown;
  for (const auto& address : order.addresses)
    if (const auto who = address.peer())
      by_peer[*who].push_back(address.without_peer());
    else
      unknown.push_back(address);
  for (const auto& [who, addresses] : by_peer) {
    memory_.book.shun(who, false, now());
    keep(who, addresses);
  }
  if (!unknown.empty()) {
    if (!desk_.keep_unknown(unknown, now()))
      context_.line(log_level::error, "refused to connect: too many addresses of unknown peers");
    else
      memory_.kept_unknown.push_back(unknown);
  }
  drain();
}

void peers_shell::take(const disconnect& order) {
  memory_.kept.erase(order.peer);
  memory_.book.shun(order.peer, true, now());
  if (options_.remember)
    memory_.remembered.forget(order.peer, now());
  if (const auto to = child_of(order.peer))
    send(self_, to, peer_order{drop_peer{}});
  drain();
}

void peers_shell::take(const misbehaved& report) {
  // A point or two is not worth a warning: honest peers that are early lose them, too.
  context_.line(report.cost > minor_cost ? log_level::warn : log_level::debug,
                short_name(report.peer) + " misbehaved: " + report.what);
  charge(report.peer, report.cost);
  if (report.close)
    close_links(report.peer, transport_errc::misbehaved);
}

void peers_shell::take(open_stream& order) {
  for (const auto& [which, record] : links_)
    if (record.who == order.peer)
      return record.link->open(order.protocols, std::move(*order.handler));
  const auto booked = memory_.book.addresses(order.peer);
  order.addresses.insert(order.addresses.end(), booked.begin(), booked.end());
  if (streams_.size() == pending_streams_max)
    return fail(order, transport_errc::dial_failed);
  const auto dialled = desk_.dial_for_stream(order.peer, order.addresses);
  if (!dialled)
    return fail(order, transport_errc::dial_failed);
  streams_.emplace(*dialled, std::move(order));
  drain();
}

void peers_shell::take(const set_group& order) {
  memory_.group_id.assign(order.group.begin(), order.group.end());
  for (const auto& [who, known] : peers_)
    send(self_, child_of(who), peer_order{order});
}

peer_entry peers_shell::entry_of(const peer_id& who) const {
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
  return line;
}

peer_list peers_shell::list(const list_peers& which) const {
  if (which.only)
    return memory_.book.knows(*which.only) ? peer_list{entry_of(*which.only)} : peer_list{};
  peer_list all;
  for (const auto& who : memory_.book.peers())
    all.push_back(entry_of(who));
  return all;
}

void peers_shell::take(network_event& event) {
  std::visit([this](auto& what) { take(what); }, event.what);
  drain();
}

void peers_shell::take(const timer_fired& fired) {
  children_.wake(fired);
  timers_.fired(fired.at);
  while (const auto timer = timers_.due(now())) {
    desk_.expire(*timer, now());
    introductions_.expire(*timer, now());
    memory_.remembered.expire(*timer, now());
  }
  drain();
}

void peers_shell::take(link_came& came) {
  const auto who = came.link->remote();
  dial_owner owner;
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
    known.dialled = true;
    memory_.book.add_addresses(who, {known.address}, now());
  }
  introductions_.linked(who);
  if (owner && owner->what == dial_desk::kind::introduced)
    known.introduced = owner->addresses;
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

void peers_shell::refuse(const link_came& came, const dial_owner& owner, transport_errc why) {
  came.link->close(why);
  dial_lost(owner);
  fail_streams(came.dialled, why);
}

void peers_shell::dial_lost(const dial_owner& owner) {
  if (owner && owner->what == dial_desk::kind::introduced)
    introductions_.ended(owner->who, false, now());
  if (!owner || owner->what != dial_desk::kind::peer)
    return;
  if (const auto to = child_of(owner->who))
    send(self_, to, peer_order{dial_missed_for_peer{}});
}

void peers_shell::take(const link_gone& gone) {
  const auto record = links_.find(gone.which);
  if (record == links_.end())
    return;
  const auto who = record->second.who;
  links_.erase(record);
  if (const auto known = peers_.find(who); known != peers_.end() && --known->second.links == 0)
    memory_.book.seen(who, now());
}

void peers_shell::take(const dial_missed& missed) {
  ++options_.counters->dials_failed;
  context_.line(log_level::debug, "dial failed: " + missed.why.detail);
  const auto owner = desk_.missed(missed.which, missed.why.code, now());
  dial_lost(owner);
  if (owner && owner->what == dial_desk::kind::peer)
    tell_trouble({owner->who, missed.why.detail, {}});
  if (owner && owner->what == dial_desk::kind::unknown) {
    tell_trouble({std::nullopt, missed.why.detail, owner->addresses});
    if (missed.why.code == transport_errc::self_dial && !owner->addresses.empty()) {
      context_.line(log_level::warn,
                    "gave up " + owner->addresses.front().text() + ": it leads to ourselves");
      std::erase(memory_.kept_unknown, owner->addresses);
    }
  }
  fail_streams(missed.which, missed.why.code);
}

void peers_shell::fail_streams(std::optional<dial_id> which, transport_errc why) {
  if (!which)
    return;
  if (auto waiting = streams_.extract(*which))
    fail(waiting.mapped(), why);
}

void peers_shell::fail(const open_stream& order, transport_errc why) {
  options_.network->post([handler = order.handler, why] { (*handler)->closed(why); });
}

void peers_shell::drain() {
  while (drain_one(introductions_) || drain_one(desk_) || drain_one(memory_.remembered))
    continue;
  count();
  if (const auto at = timers_.wake())
    send_after(self_, handle<takes<timer_fired>>{self_}, *at - now(), timer_fired{*at});
}

void peers_shell::mount_frames(const std::string& id, frame_rules rules) {
  transport::protocol made;
  made.ids = {id};
  made.limits.inbound_per_peer = 4;
  made.accept = [bridge = options_.bridge,
                 rules](const transport::inbound_lane& lane) -> transport::lane_handler_ptr {
    auto port = bridge->port_of(lane.from->id());
    return port ? std::make_unique<frame_lane_in>(lane.from->id(), std::move(port), rules) : nullptr;
  };
  options_.network->mount(std::move(made));
}

void peers_shell::take(mount_protocol& order) {
  options_.network->mount(std::move(order.what));
}

namespace {

struct peers_state {
  std::optional<peers_shell> shell;
  static inline const char* name = "peers";
};

peers_inside::behavior_type peers_actor(self_ptr<peers_inside, peers_state> self, node_context context,
                                        peers_options options) {
  auto& shell = self->state.shell.emplace(self, std::move(context), std::move(options));
  shell.start();
  return {[&shell](send_frames& sent) { shell.take(sent); },
          [&shell](lane_spec& spec) { shell.take(spec); },
          [&shell](mount_protocol& order) { shell.take(order); },
          [&shell](const unmount& order) { shell.take(order); },
          [&shell](const subscribe& order) { shell.take(order); },
          [&shell](const watch_trouble& order) { shell.take(order); },
          [&shell](const connect& order) { shell.take(order); },
          [&shell](const disconnect& order) { shell.take(order); },
          [&shell](const misbehaved& report) { shell.take(report); },
          [&shell](open_stream& order) { shell.take(order); },
          [&shell](const set_group& order) { shell.take(order); },
          [&shell](const list_peers& which) { return shell.list(which); },
          [&shell](network_event& event) { shell.take(event); },
          [&shell](introduction_came& came) { shell.take(came); },
          [&shell](peer_news& news) { shell.take(news); },
          [&shell](const timer_fired& fired) { shell.take(fired); }};
}

} // namespace

peers_handle spawn_peers(caf::actor_system& system, node_context context, peers_options options) {
  return spawn(system, std::move(context), peers_actor, std::move(options));
}

} // namespace troupe::peer
