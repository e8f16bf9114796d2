// SPDX-License-Identifier: BSD-3-Clause
// Proposing and signing; what becomes of a proven checkpoint is checkpoints_installed.cpp.
#include "actors/brb/checkpoints.hpp"

#include "actors/brb/quorum.hpp"
#include "messages/types/assert.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::brb {
namespace {

constexpr timer_id propose_timer{1};
constexpr timer_id vote_timer{2};
constexpr std::uint64_t rank_share = 4; ///< each rank waits a quarter longer than the one before

duration wait_of(std::size_t rank, duration first) {
  return first + first * static_cast<duration::rep>(rank) / static_cast<duration::rep>(rank_share);
}

} // namespace

checkpoints::checkpoints(checkpoint_options options, view_ptr now, trailing_state trailing)
  : options_(std::move(options)), view_(std::move(now)), trailing_(std::move(trailing)) {
  TROUPE_ASSERT(view_ != nullptr && options_.every > 0);
}

void checkpoints::start(time_point now) {
  if (trailing_.since_base() > 0)
    first_since_ = now;
  arm_next(now);
}

// Every member may propose; they wait one after another, in an order that each checkpoint turns.
std::optional<std::size_t> checkpoints::rank() const {
  const auto* members = view_->members_of(view_->gen);
  if (!view_->group || !members)
    return std::nullopt;
  const auto own = members->find(options_.self);
  if (own == members->end())
    return std::nullopt;
  const auto& proof = trailing_.base().proof;
  const std::size_t turned = proof ? proof->what.state[0] : 0;
  const auto place = static_cast<std::size_t>(std::distance(members->begin(), own));
  return (place + turned) % members->size();
}

bool checkpoints::due(time_point now) const {
  const auto own = rank();
  if (!own || !first_since_ || storing_ || now < quiet_until_ || (collecting_ && now < collecting_->until))
    return false;
  return trailing_.since_base() >= options_.every + *own * options_.every / rank_share ||
         now - *first_since_ >= wait_of(*own, options_.at_least_every);
}

void checkpoints::arm_next(time_point now) {
  const auto own = rank();
  if (!own || !first_since_ || storing_)
    return;
  const auto by_age = *first_since_ + wait_of(*own, options_.at_least_every);
  const auto at = collecting_ ? collecting_->until : std::max(by_age, quiet_until_);
  effects_.push(arm{propose_timer, std::max(duration::zero(), at - now)});
}

void checkpoints::handle(const view_update& input, time_point now) {
  view_ = input.now;
  std::erase_if(waiting_, [this](const auto& entry) { return !view_->is_member(entry.first, view_->gen); });
  std::erase_if(voted_at_, [this](const auto& entry) { return !view_->is_member(entry.first, view_->gen); });
  arm_next(now);
}

void checkpoints::handle(const certificate_delivered& input, time_point now) {
  trailing_.delivered(input.what);
  if (!first_since_ && trailing_.since_base() > 0) {
    first_since_ = now;
    arm_next(now);
  }
  if (!waiting_.empty())
    consider_waiting(now);
  if (ahead_)
    install_if_reached();
  if (due(now))
    propose(now);
}

void checkpoints::expire(timer_id timer, time_point now) {
  if (timer == vote_timer)
    return consider_waiting(now);
  if (timer != propose_timer)
    return;
  if (collecting_ && now >= collecting_->until)
    collecting_.reset();
  if (due(now))
    propose(now);
  arm_next(now);
}

std::optional<checkpoint_statement> checkpoints::own_statement(const delivered_vector& reached,
                                                               generation gen) {
  const auto here = trailing_.at(reached);
  if (!here)
    return std::nullopt;
  if (here->saved->size() > state_size_max) {
    effects_.push(
      note{note::level::error, "[BRB] the state is too large for a checkpoint: nothing is forgotten"});
    return std::nullopt;
  }
  return checkpoint_statement{*view_->group, gen, reached, here->id, here->saved->size()};
}

void checkpoints::propose(time_point now) {
  const auto what = own_statement(trailing_.delivered(), view_->gen);
  if (!what) {
    quiet_until_ =
      now + options_.at_least_every; // saving a state that is too large at every delivery is dear
    return;
  }
  checking_seals_.clear(); // of the former proposal: a lost ticket must not silence its member
  collecting_ = collection{*what, {}, now + options_.collecting_for};
  const auto id = next_ticket();
  signing_[id] = {options_.self, {*what, {}, true}};
  effects_.push(sign{id, to_bytes(checkpoint_digest(options_.network, *what))});
  arm_next(now);
}

void checkpoints::handle(const checkpoint_vote_received& input, time_point now) {
  const auto& what = input.what.what;
  if (!view_->group || what.group != *view_->group)
    return effects_.push(report{input.from, static_cast<std::uint8_t>(brb_errc::foreign_group)});
  if (!view_->members_of(what.gen))
    return; // it knows a generation that we do not: anti-entropy brings it, and a newer proposal comes
  if (!view_->is_member(input.from, what.gen))
    return effects_.push(
      report{input.from, static_cast<std::uint8_t>(brb_errc::source_is_not_voting_member)});
  if (!input.what.proposes)
    return on_seal(input.from, input.what);
  if (what.gen != view_->gen || !view_->is_member(options_.self, what.gen))
    return;
  waiting_[input.from] = what;
  consider_waiting(now);
}

void checkpoints::consider_waiting(time_point now) {
  std::optional<time_point> next;
  for (auto entry = waiting_.begin(); entry != waiting_.end();) {
    const auto voted = voted_at_.find(entry->first);
    const bool early = voted != voted_at_.end() && now < voted->second + options_.between_votes;
    if (early)
      next = std::min(next.value_or(time_point::max()), voted->second + options_.between_votes);
    const bool old = !covers(entry->second.delivered, trailing_.base().delivered()) ||
                     covers(trailing_.base().delivered(), entry->second.delivered);
    const bool reached = covers(trailing_.delivered(), entry->second.delivered);
    if (!old && (early || !reached)) {
      ++entry;
      continue;
    }
    if (!old)
      answer(entry->first, entry->second, now);
    entry = waiting_.erase(entry);
  }
  if (next)
    effects_.push(arm{vote_timer, *next - now});
}

void checkpoints::answer(const peer_id& proposer, const checkpoint_statement& what, time_point now) {
  voted_at_[proposer] = now;
  const auto ours = own_statement(what.delivered, what.gen);
  if (!ours || *ours != what)
    return diverged(proposer);
  quiet_until_ = now + options_.collecting_for; // its checkpoint will do for us
  const auto id = next_ticket();
  signing_[id] = {proposer, {what, {}, false}};
  effects_.push(sign{id, to_bytes(checkpoint_digest(options_.network, what))});
}

void checkpoints::diverged(const peer_id& from) {
  ++diverged_;
  effects_.push(note{
    note::level::error,
    fmt::format("[BRB] {} names another state than ours for what both have delivered", short_name(from))});
}

void checkpoints::handle(const signed_off& input, time_point) {
  auto signing = signing_.extract(input.id);
  if (!signing || input.signed_by.size() != signature{}.size())
    return;
  auto& [proposer, word] = signing.mapped();
  std::copy(input.signed_by.begin(), input.signed_by.end(), word.seal.begin());
  if (proposer != options_.self)
    return effects_.push(send_packet{proposer, word});
  if (!collecting_ || collecting_->what != word.what)
    return;
  collecting_->seals[options_.self] = word.seal;
  send_to_members(word);
  certify();
}

void checkpoints::on_seal(const peer_id& from, const checkpoint_vote& what) {
  if (!collecting_ || collecting_->what != what.what || collecting_->seals.contains(from))
    return; // late
  const auto same = [&](const auto& entry) { return entry.second.from == from; };
  if (std::any_of(checking_seals_.begin(), checking_seals_.end(), same))
    return;
  const auto id = next_ticket();
  checking_seals_[id] = {from, what};
  effects_.push(
    verify{id, from, to_bytes(checkpoint_digest(options_.network, what.what)), to_bytes(what.seal)});
}

void checkpoints::certify() {
  const auto* members = view_->members_of(collecting_->what.gen);
  if (!members || !is_quorum(collecting_->seals.size(), members->size()))
    return;
  checkpoint made{collecting_->what, bytes((members->size() + 7) / 8, 0), {}};
  std::size_t position = 0;
  for (const auto& member : *members) {
    if (const auto seal = collecting_->seals.find(member); seal != collecting_->seals.end()) {
      made.signers[position / 8] =
        static_cast<std::uint8_t>(made.signers[position / 8] | (1u << (position % 8)));
      made.seals.push_back(seal->second);
    }
    ++position;
  }
  collecting_.reset();
  checking_seals_.clear();
  const auto proof = std::make_shared<const checkpoint>(std::move(made));
  send_to_members(proof);
  install(proof);
}

void checkpoints::send_to_members(const packet& what) {
  for (const auto& member : *view_->members_of(view_->gen))
    if (member != options_.self)
      effects_.push(send_packet{member, what});
}

checkpoints::state checkpoints::snapshot() const {
  return {trailing_.base().delivered(), trailing_.since_base(), diverged_, waiting_.size()};
}

} // namespace troupe::brb
