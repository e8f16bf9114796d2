// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/totality.hpp"

#include <algorithm>
#include <iterator>

namespace troupe::brb {
namespace {

constexpr timer_id heartbeat_timer{1};

} // namespace

bool totality::beside(const peer_id& who) const {
  return view_->group && who != options_.self && view_->is_member(who, view_->gen);
}

bool totality::lacks(const standing& of) const {
  return !covers(of.delivered, own_);
}

// ---- what is known of whom

void totality::handle(const view_update& input, time_point now) {
  view_ = input.now;
  forget_strangers();
  for (const auto& [source, sequence] : own_)
    forget_passed(source);
  if (anything_to_tell())
    wake(now, now + options_.heartbeat);
}

void totality::forget_strangers() {
  std::erase_if(peers_, [&](const auto& entry) { return !entry.second.here && !beside(entry.first); });
}

void totality::handle(const certificate_delivered& input, time_point now) {
  const auto& header = input.what->header;
  own_[header.source] = header.sequence;
  auto& kept = kept_[header.source];
  kept[header.sequence] = {input.what, now};
  if (kept.size() > kept_max)
    kept.erase(kept.begin());
  wake(now, now + options_.heartbeat);
}

void totality::handle(const deliveries_recorded& input, time_point now) {
  auto& up_to = recorded_[input.source];
  if (input.up_to <= up_to)
    return;
  up_to = input.up_to;
  forget_passed(input.source);
  for (auto& [who, stands] : peers_)
    stands.told = false;
  wake(now, now + options_.heartbeat);
}

void totality::handle(const vector_received& input, time_point now) {
  const auto known = peers_.find(input.from);
  if (known == peers_.end() || !beside(input.from))
    return;
  auto& stands = known->second;
  if (input.asks)
    stands.told = false;
  learn(stands, input, now);
  if (!stands.told || lacks(stands))
    wake(now, now + options_.heartbeat);
}

void totality::learn(standing& of, const vector_received& said, time_point now) {
  // A peer that lost its disk says less than it did: the first word of a session counts as it is.
  if (said.whole && !std::exchange(of.heard, true)) {
    of.delivered = said.delivered;
    of.heard_at = now;
  }
  for (const auto& [source, sequence] : said.delivered) {
    auto& stands = of.delivered[source];
    if (sequence <= stands && !said.whole)
      continue;
    stands = std::max(stands, sequence);
    forget_passed(source);
  }
  if (of.delivered.size() > delivered_max)
    of.delivered = said.delivered;
  if (!of.open || !covers(of.delivered, of.open->up_to))
    return;
  const auto took = now - of.open->at;
  of.answer_time = of.answer_time == duration::zero() ? took : (3 * of.answer_time + took) / 4;
  of.open.reset();
  of.tried.clear();
  of.next_try = now;
  of.patience = std::max(options_.again_first, of.patience / 2);
}

void totality::handle(const peer_met& input, time_point now) {
  if (peers_.size() >= standings_max && !peers_.contains(input.who))
    return;
  auto& stands = peers_[input.who];
  stands.here = true;
  stands.heard = stands.told = false;
  stands.open.reset();
  stands.patience = options_.again_first;
  stands.next_try = now;
  if (beside(input.who))
    wake(now, now + options_.heartbeat);
}

void totality::handle(const peer_gone& input, time_point) {
  if (const auto known = peers_.find(input.who); known != peers_.end())
    known->second.here = false;
  forget_strangers();
}

std::uint64_t totality::passed(const peer_id& source) const {
  auto lowest = at(recorded_, source);
  if (const auto* members = view_->members_of(view_->gen))
    for (const auto& member : *members) {
      const auto known = peers_.find(member);
      if (member != options_.self)
        lowest = std::min(lowest, known == peers_.end() ? 0 : at(known->second.delivered, source));
    }
  return lowest;
}

void totality::forget_passed(const peer_id& source) {
  const auto kept = kept_.find(source);
  if (kept == kept_.end())
    return;
  kept->second.erase(kept->second.begin(), kept->second.upper_bound(passed(source)));
  if (kept->second.empty())
    kept_.erase(kept);
}

// ---- the heartbeat

bool totality::anything_to_tell() const {
  return std::any_of(peers_.begin(), peers_.end(), [&](const auto& entry) {
    return entry.second.here && !entry.second.told && beside(entry.first);
  });
}

void totality::wake(time_point now, time_point at) {
  if (wakes_at_ && *wakes_at_ <= at)
    return;
  wakes_at_ = at;
  effects_.push(arm{heartbeat_timer, at - now});
}

void totality::expire(timer_id timer, time_point now) {
  if (timer != heartbeat_timer)
    return;
  wakes_at_.reset();
  std::optional<time_point> next;
  for (auto& [who, stands] : peers_) {
    if (!stands.here || !beside(who))
      continue;
    if (!std::exchange(stands.told, true))
      tell(who);
    if (const auto again = help(who, stands, now))
      next = std::min(next.value_or(*again), *again);
  }
  if (next)
    wake(now, std::max(*next, now + options_.heartbeat));
}

void totality::tell(const peer_id& who) {
  delivered_message vector{*view_->group, recorded_};
  // Of every member there may be something for: the one it is told to counts on its own being there.
  for (const auto& member : *view_->members_of(view_->gen))
    vector.delivered.try_emplace(member, 0);
  if (vector.delivered.size() <= delivered_max)
    effects_.push(send_packet{who, std::move(vector)});
}

// ---- helping

std::size_t totality::rank(const peer_id& laggard, const operation_header& slot) const {
  std::size_t before = 0;
  for (const auto& [who, stands] : peers_) {
    if (who == laggard || who == slot.source || !stands.here || !beside(who) ||
        at(stands.delivered, slot.source) < slot.sequence)
      continue;
    // In the order of ids, beginning behind the laggard's. The source comes last: its instance came first.
    const bool closer = (who > laggard) == (options_.self > laggard) ? who < options_.self : who > laggard;
    before += closer || slot.source == options_.self ? 1u : 0u;
  }
  return before;
}

time_point totality::due(const peer_id& who, const standing& stands, const kept_certificate& one) const {
  const auto step = std::max(options_.step, 2 * stands.answer_time);
  return std::max(one.since, stands.heard_at) + options_.first_wait +
         step * static_cast<duration::rep>(rank(who, one.what->header));
}

/// When there may be more to do for it.
std::optional<time_point> totality::help(const peer_id& who, standing& stands, time_point now) {
  if (!stands.heard || !lacks(stands))
    return std::nullopt;
  if (now < stands.next_try)
    return stands.next_try;
  std::optional<time_point> later;
  std::size_t left = hand_out_max;
  delivered_vector up_to;
  // Round the sources, beginning behind the last one served: none keeps the others waiting.
  auto source = kept_.upper_bound(stands.served);
  for (std::size_t i = 0; i < kept_.size() && left > 0; ++i, ++source) {
    if (source == kept_.end())
      source = kept_.begin();
    const auto has = at(stands.delivered, source->first);
    // What is no longer kept it gets by anti-entropy, and can use nothing before.
    auto next = source->second.find(has + 1);
    for (; next != source->second.end() && next->first <= has + window_size && left > 0; ++next, --left) {
      if (const auto when = due(who, stands, next->second); when > now) {
        later = std::min(later.value_or(when), when);
        break;
      }
      hand_out(who, stands, next->second.what);
      up_to[source->first] = next->first;
    }
  }
  if (up_to.empty())
    return later;
  stands.open = handed{std::move(up_to), now};
  stands.next_try = now + std::max(stands.patience, 2 * stands.answer_time);
  stands.patience = std::min(2 * stands.patience, options_.again_max);
  return stands.next_try;
}

void totality::hand_out(const peer_id& who, standing& stands, const certificate_ptr& what) {
  const auto& slot = what->header;
  auto& tried = stands.tried[slot.source];
  const bool with_payload = slot.sequence <= tried || !holds_payload(who, *what);
  tried = std::max(tried, slot.sequence);
  stands.served = slot.source;
  effects_.push(send_packet{who, certificate_out{what, with_payload}});
}

/// Whoever echoed it has locked it, payload and all.
bool totality::holds_payload(const peer_id& who, const certificate& proof) const {
  const auto* members = view_->members_of(proof.gen);
  if (!members || !members->contains(who))
    return false;
  const auto position = static_cast<std::size_t>(std::distance(members->begin(), members->find(who)));
  return position / 8 < proof.signers.size() && (proof.signers[position / 8] >> (position % 8) & 1) != 0;
}

totality::state totality::snapshot() const {
  state now{{}, 0, 0};
  for (const auto& [source, kept] : kept_)
    now.kept += kept.size();
  for (const auto& [who, stands] : peers_)
    if (stands.here && beside(who)) {
      now.members[who] = stands.delivered;
      now.behind += lacks(stands) ? 1u : 0u;
    }
  return now;
}

} // namespace troupe::brb
