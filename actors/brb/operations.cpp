// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/operations.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::brb {
namespace {

constexpr timer_id batch_timer{1};
constexpr timer_id patience_timer{2};
constexpr timer_id taken_back_timer{3};
/// Instances behind one that failed fail within milliseconds, unless a crash has swallowed the word.
constexpr duration taken_back_patience = std::chrono::seconds{2};
/// Under way at once unless they are full: more would only be smaller, and each costs as much as a full one.
constexpr std::size_t small_batches_max = 2;

} // namespace

void operations::restore_locked(const send_message& lock) {
  last_ = std::max(last_, lock.header.sequence);
  open_[lock.header.sequence] = std::make_shared<const send_message>(lock);
}

void operations::restore_delivered(std::uint64_t sequence) {
  last_ = std::max(last_, sequence);
  open_.erase(sequence);
}

void operations::start(time_point) {
  for (const auto& [sequence, lock] : open_)
    effects_.push(start_instance{lock->header, lock->payload});
}

std::optional<brb_errc> operations::refusal() const {
  if (!options_.promises_readable)
    return brb_errc::promises_unreadable;
  if (!options_.whole)
    return brb_errc::checkpoint_damaged;
  if (!view_->group)
    return brb_errc::no_group;
  if (!view_->is_member(options_.self, view_->gen))
    return brb_errc::source_is_not_voting_member;
  return std::nullopt;
}

void operations::handle(const submit& input, time_point now) {
  auto id = input.first.value();
  for (const auto& one : input.commands) {
    if (queue_.size() >= commands_max)
      effects_.push(answer{command_id{id}, std::string{name(brb_errc::overloaded)}});
    else
      queue_.push_back({command_id{id}, one, input.when, now});
    ++id;
  }
  next(now);
}

void operations::handle(const view_update& input, time_point now) {
  view_ = input.now;
  next(now);
}

void operations::expire(timer_id timer, time_point now) {
  if (timer == taken_back_timer && !taken_back_.empty())
    effects_.push(numbers_disputed{*taken_back_.begin()});
  if (timer == patience_timer && window_full() && !preparing_)
    while (!queue_.empty() && now - queue_.front().since >= options_.patience) {
      effects_.push(answer{queue_.front().id, std::string{name(brb_errc::source_already_has_pending_msg)}});
      queue_.pop_front();
    }
  next(now);
}

void operations::next(time_point now) {
  if (queue_.empty() || preparing_ || !taken_back_.empty())
    return;
  if (const auto wrong = refusal())
    return refuse_waiting(std::string{name(*wrong)});
  const auto waited = now - queue_.front().since;
  if (window_full()) {
    effects_.push(arm{patience_timer, std::max(duration::zero(), options_.patience - waited)});
    return;
  }
  const bool waited_enough = waited >= options_.batches.delay;
  if (open_.empty() || queue_.size() >= options_.batches.operations ||
      (waited_enough && open_.size() < small_batches_max))
    return cut();
  if (!waited_enough)
    effects_.push(arm{batch_timer, options_.batches.delay - waited});
}

void operations::cut() {
  prepare ask{ticket{++last_ticket_}, last_ + 1, {}, {}};
  preparing_count_ = std::min<std::size_t>(queue_.size(), options_.batches.operations);
  for (std::size_t i = 0; i < preparing_count_; ++i)
    ask.commands.push_back(queue_[i].what);
  for (const auto& [sequence, open] : open_)
    ask.before.push_back(open);
  preparing_ = ask.id;
  effects_.push(std::move(ask));
}

void operations::refuse_waiting(const std::string& error) {
  for (const auto& one : std::exchange(queue_, {}))
    effects_.push(answer{one.id, error});
}

void operations::handle(prepared input, time_point now) {
  if (!preparing_ || *preparing_ != input.id || input.refusals.size() > preparing_count_)
    return;
  preparing_.reset();
  if (refusal())
    return next(now);
  std::vector<waiting> taken;
  for (const auto& error : input.refusals) {
    if (error.empty())
      taken.push_back(std::move(queue_.front()));
    else
      effects_.push(answer{queue_.front().id, error});
    queue_.pop_front();
  }
  if (input.operations > 0)
    lock(input, std::move(taken));
  next(now);
}

void operations::lock(prepared& made, std::vector<waiting> commands) {
  const auto sequence = ++last_;
  locking_[sequence] = std::move(commands);
  const operation_header header{*view_->group, options_.self,        sequence,
                                view_->gen,    sha256(made.payload), made.operations};
  effects_.push(start_instance{header, made.payload});
  open_.emplace(sequence, std::make_shared<const send_message>(
                            send_message{view_->gen, header, {}, std::move(made.payload)}));
}

void operations::handle(const instance_settled& input, time_point now) {
  const auto settled = locking_.extract(input.sequence);
  if (!settled)
    return;
  const bool open = open_.contains(input.sequence);
  for (const auto& one : settled.mapped())
    if (one.when == answer_when::delivered && open)
      to_answer_[input.sequence].push_back(one.id);
    else
      effects_.push(answer{one.id, {}});
  next(now);
}

// Nothing of it left this node, nor of the slots behind it, which fail after it: the numbers are free again.
void operations::handle(const instance_failed& input, time_point now) {
  if (auto failed = locking_.extract(input.sequence)) {
    const auto error = input.detail.empty() ? std::string{name(input.why)}
                                            : fmt::format("{}({})", name(input.why), input.detail);
    for (const auto& one : failed.mapped())
      effects_.push(answer{one.id, error});
    open_.erase(input.sequence);
    last_ = input.sequence - 1;
    preparing_.reset(); // it was to come behind this one
    while (!locking_.empty() && locking_.rbegin()->first > input.sequence)
      take_back_last();
    if (!taken_back_.empty())
      effects_.push(arm{taken_back_timer, taken_back_patience});
  } else if (taken_back_.erase(input.sequence) == 0) {
    return;
  }
  next(now);
}

void operations::take_back_last() {
  auto last = locking_.extract(std::prev(locking_.end()));
  open_.erase(last.key());
  taken_back_.insert(last.key());
  auto& commands = last.mapped();
  queue_.insert(queue_.begin(), std::make_move_iterator(commands.begin()),
                std::make_move_iterator(commands.end()));
}

void operations::handle(const own_delivered& input, time_point now) {
  last_ = std::max(last_, input.sequence);
  if (open_.erase(input.sequence) == 0)
    return;
  if (const auto answered = to_answer_.extract(input.sequence))
    for (const auto id : answered.mapped())
      effects_.push(answer{id, {}});
  tail_.insert(input.sequence);
  if (tail_.size() > certified_tail_max) {
    effects_.push(retire{*tail_.begin()});
    tail_.erase(tail_.begin());
  }
  next(now);
}

std::optional<brb_errc> operations::judge(const echo_message& echo) const {
  if (echo.header.source != options_.self || echo.header.sequence > last_)
    return brb_errc::signed_validated_for_packet_we_did_not_request;
  return std::nullopt;
}

std::optional<brb_errc> operations::judge(const delivered_message& vector) const {
  if (!view_->group || vector.group != *view_->group)
    return brb_errc::foreign_group;
  const auto ours = vector.delivered.find(options_.self);
  if (ours == vector.delivered.end())
    return brb_errc::delivered_for_packet_we_did_not_initiate;
  if (ours->second > last_)
    return brb_errc::delivered_for_packet_we_are_not_waiting_on;
  return std::nullopt;
}

} // namespace troupe::brb
