// SPDX-License-Identifier: BSD-3-Clause
// The peers actor: its lane of introductions, and the dials that follow from them.
#include "actors/peer/peers_shell_actor.hpp"

#include <algorithm>

namespace troupe::peer {
namespace {

constexpr std::uint32_t forged_cost = 50; // score points for a record that its peer did not sign

} // namespace

lane_spec peers_shell::introduction_lane() const {
  lane_spec spec;
  spec.protocol = introductions_protocol;
  spec.retained_max = 8 * introduction_frame_max;
  spec.frame_max = introduction_frame_max;
  spec.sink = [to = introduction_taker{self_}](const received& how, const frame_run& run) {
    for (const auto& item : run.items) {
      if (item.type != frame_type_v<wire::Introduction>)
        return false;
      auto told = decode_introduction(run.payload(item));
      if (!told)
        return false;
      post(to, introduction_came{how, std::move(*told)});
    }
    return true;
  };
  return spec;
}

bool peers_shell::on_loopback(const peer_id& who) const {
  return std::any_of(links_.begin(), links_.end(), [&](const auto& known) {
    return known.second.who == who && is_loopback(known.second.link->remote_address());
  });
}

bool peers_shell::needs_no_dial(const peer_id& who) const {
  const auto known = peers_.find(who);
  return who == options_.network->self() || memory_.book.is_shunned(who) ||
         memory_.book.is_banned(who, now()) || (known != peers_.end() && known->second.links > 0);
}

/// Where it was reached comes first, then what it says of itself.
void peers_shell::locate(const peer_id& who) {
  const auto& known = peers_.at(who);
  if (!known.joined)
    return;
  known_peer where{who, {}, known.identity ? known.identity->signed_record : bytes{}};
  if (known.dialled)
    where.addresses.push_back(known.address);
  const auto listens = known.identity ? known.identity->listen_addresses : std::vector<multiaddr>{};
  if (options_.remember) {
    auto found = where.addresses;
    merge_addresses(found, introducible(listens, on_loopback(who)));
    memory_.remembered.met(who, found, known.dialled || memory_.kept.contains(who), now());
  }
  if (!options_.introduce)
    return;
  where.addresses.insert(where.addresses.end(), listens.begin(), listens.end());
  introductions_.located(std::move(where));
}

void peers_shell::take(introduction_came& came) {
  std::erase_if(came.peers, [this](const auto& each) { return needs_no_dial(each.peer); });
  introductions_.heard(came.how.from, std::move(came.peers), now());
  drain();
}

void peers_shell::serve(introductions::tell& order) {
  if (const auto to = child_of(order.to))
    send(self_, to, send_frames{order.to, introductions_protocol, encode_introduction(order.peers)});
}

void peers_shell::serve(introductions::dial& order) {
  if (needs_no_dial(order.who))
    return introductions_.ended(order.who, true, now());
  context_.line(log_level::debug, "dialling " + short_name(order.who) + ": introduced by a peer");
  if (!desk_.dial_for_introduced(order.who, std::move(order.addresses)))
    introductions_.ended(order.who, false, now());
}

void peers_shell::serve(const introductions::forged& found) {
  context_.line(log_level::warn, short_name(found.from) + " introduced a peer by a record it did not sign");
  charge(found.from, forged_cost);
}

void peers_shell::count() const {
  auto& all = *options_.counters;
  const auto now = introductions_.snapshot();
  all.introductions_told = now.told;
  all.introductions_heard = now.heard;
  all.introductions_dialled = now.dialled;
  all.introductions_unusable = now.unusable;
  all.introductions_crowded = now.crowded;
  all.introductions_forged = now.forged;
  all.introductions_waiting = now.waiting;
  all.dials_under_way = desk_.under_way();
  all.dials_waiting = desk_.waiting();
  all.streams_waiting = streams_.size();
}

} // namespace troupe::peer
