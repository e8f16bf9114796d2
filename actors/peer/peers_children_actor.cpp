// SPDX-License-Identifier: BSD-3-Clause
// The peers actor: the peer actors that it looks after, and what they tell.
#include "actors/peer/peers_shell_actor.hpp"
#include "messages/codec/hex.hpp"

#include <algorithm>

namespace troupe::peer {

using transport::transport_errc;

supervisor_hooks peers_shell::hooks() {
  return {[this](const peer_id& who, const std::string& why) {
            context_.line(log_level::warn, short_name(who) + ": " + why);
            charge(who, crash_cost);
          },
          [this](const child_down& down) { child_ended(down); }};
}

peer_handle peers_shell::child_of(const peer_id& who) const {
  const auto known = peers_.find(who);
  return known == peers_.end() ? peer_handle{}
                               : caf::actor_cast<peer_handle>(children_.find(known->second.key));
}

peer_handle peers_shell::ensure(const peer_id& who) {
  if (peers_.contains(who))
    return child_of(who);
  tracked made;
  made.key = short_name(who);
  if (keys_.contains(made.key))
    made.key += "-" + to_hex(who.multihash());
  const auto started =
    children_.add(make_child({.key = made.key, .kind = restart::transient},
                             [this, who](caf::actor_system& system, const node_context& context) {
                               return spawn_peer(system, options_.unit, context, setup_for(who));
                             }));
  if (!started) {
    context_.line(log_level::warn,
                  "no room for " + short_name(who) + ": " + std::string{name_of(started.error())});
    return {};
  }
  keys_.emplace(made.key, who);
  memory_.book.seen(who, now());
  memory_.book.hold(who, true);
  peers_.emplace(who, std::move(made));
  return child_of(who);
}

peer_setup peers_shell::setup_for(const peer_id& who) {
  peer_setup setup;
  setup.self = options_.network->self();
  setup.session.remote = who;
  setup.session.network_id = options_.network_id;
  setup.session.version_max = options_.version_max;
  setup.session.features = options_.features;
  setup.session.group_id = memory_.group_id;
  // Unique over restarts of the process (wall time) and of the actor (count).
  setup.session.boot = incarnation{(context_.clock->wall_ms() << 20) | (++memory_.lives & 0xfffff)};
  setup.lanes = memory_.lanes;
  if (const auto kept = memory_.kept.find(who); kept != memory_.kept.end())
    setup.kept = keep_peer{kept->second};
  setup.banned_until = memory_.book.banned_until(who);
  setup.news = news_taker{self_};
  setup.retained = options_.retained;
  setup.counters = options_.counters;
  return setup;
}

void peers_shell::child_ended(const child_down& down) {
  const auto known = keys_.find(down.key);
  if (known == keys_.end())
    return;
  const auto who = known->second;
  // Its successor starts without links, so those of the old one end.
  close_links(who, transport_errc::closed_locally);
  say_left(who);
  desk_.forget_peer(who);
  if (down.comes_back) {
    ++options_.counters->restarts;
    return;
  }
  keys_.erase(known);
  peers_.erase(who);
  memory_.book.hold(who, false);
}

void peers_shell::close_links(const peer_id& who, transport_errc why) {
  for (const auto& [which, record] : links_)
    if (record.who == who)
      record.link->close(why);
}

void peers_shell::keep(const peer_id& who, const std::vector<multiaddr>& addresses) {
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

void peers_shell::charge(const peer_id& who, std::uint32_t cost) {
  if (memory_.book.charge(who, cost, now()) == peer_book::verdict::tolerated)
    return;
  ++options_.counters->bans;
  context_.line(log_level::warn, short_name(who) + " is banned");
  if (const auto to = child_of(who))
    send(self_, to, peer_order{ban_peer{memory_.book.banned_until(who).value_or(now())}});
  close_links(who, transport_errc::misbehaved);
}

void peers_shell::take(peer_news& news) {
  if (peers_.contains(news.who))
    std::visit([&](auto& what) { hear(news.who, what); }, news.what);
  drain();
}

void peers_shell::hear(const peer_id& who, const presence::say_joined& said) {
  auto& known = peers_.at(who);
  known.joined = true;
  known.remote = said.remote;
  memory_.present.insert(who);
  publish(joined{who, said.remote});
  if (!known.introduced.empty())
    keep(who, std::exchange(known.introduced, {}));
  introductions_.joined(who, on_loopback(who));
  locate(who);
}

void peers_shell::hear(const peer_id& who, presence::say_identified& said) {
  memory_.present.insert(who);
  peers_.at(who).announced = true;
  publish(identified{who, std::move(said.told)});
}

void peers_shell::say_left(const peer_id& who) {
  auto& known = peers_.at(who);
  introductions_.left(who);
  known.joined = false;
  known.announced = false;
  if (memory_.present.erase(who) > 0)
    publish(left{who});
}

void peers_shell::hear(const peer_id& who, identity_came& came) {
  auto& known = peers_.at(who);
  memory_.book.add_addresses(who, came.told->listen_addresses, now());
  if (known.address.empty() && !came.told->listen_addresses.empty())
    known.address = came.told->listen_addresses.front();
  known.identity = std::move(came.told);
  locate(who);
}

void peers_shell::hear(const peer_id& who, const complaint& about) {
  charge(who, cost_of(about.what));
  tell_trouble({who, std::string{meaning_of(about.what)}, {}});
}

void peers_shell::hear(const peer_id& who, const idle&) {
  if (peers_.at(who).links == 0 && !memory_.kept.contains(who))
    static_cast<void>(children_.remove(std::string{peers_.at(who).key}));
}

} // namespace troupe::peer
