// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/operations.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::brb {

void operations::restore_locked(const send_message& lock) {
  last_ = std::max(last_, lock.header.sequence);
  open_[lock.header.sequence] = lock;
}

void operations::restore_delivered(std::uint64_t sequence) {
  last_ = std::max(last_, sequence);
  open_.erase(sequence);
}

void operations::start(time_point) {
  for (const auto& [sequence, lock] : open_)
    effects_.push(start_instance{lock.header, lock.payload});
}

std::optional<brb_errc> operations::refusal() const {
  if (!options_.promises_readable)
    return brb_errc::promises_unreadable;
  if (!view_->group)
    return brb_errc::no_group;
  if (!view_->is_member(options_.self, view_->gen))
    return brb_errc::source_is_not_voting_member;
  if (open_.size() >= window_size)
    return brb_errc::source_already_has_pending_msg;
  return std::nullopt;
}

void operations::handle(const submit& input, time_point) {
  if (queue_.size() >= commands_max) {
    effects_.push(answer{input.command, std::string{name(brb_errc::overloaded)}});
    return;
  }
  queue_.push_back(input);
  if (queue_.size() == 1)
    next();
}

void operations::next() {
  while (!queue_.empty() && !preparing_ && !locking_) {
    if (const auto wrong = refusal()) {
      reply(std::string{name(*wrong)});
      continue;
    }
    std::vector<bytes> before;
    for (const auto& [sequence, open] : open_)
      before.push_back(open.payload);
    preparing_ = ticket{++last_ticket_};
    effects_.push(prepare{*preparing_, queue_.front().action, queue_.front().value, std::move(before)});
  }
}

void operations::reply(std::string error) {
  effects_.push(answer{queue_.front().command, std::move(error)});
  queue_.pop_front();
}

void operations::handle(const prepared& input, time_point) {
  const auto& operation = input.operation;
  if (!preparing_ || *preparing_ != input.id)
    return;
  preparing_.reset();
  const auto wrong = refusal();
  if (!operation || wrong) {
    reply(operation ? std::string{name(*wrong)} : operation.error());
    return next();
  }
  send_message lock{
    view_->gen, {*view_->group, options_.self, last_ + 1, view_->gen, sha256(*operation), 1}, {}, *operation};
  locking_ = ++last_;
  effects_.push(start_instance{lock.header, lock.payload});
  open_.emplace(last_, std::move(lock));
}

void operations::handle(const instance_settled& input, time_point) {
  if (!locking_ || *locking_ != input.sequence)
    return;
  locking_.reset();
  if (queue_.front().when == answer_when::delivered && open_.contains(input.sequence)) {
    to_answer_.emplace(input.sequence, queue_.front().command);
    queue_.pop_front();
  } else {
    reply({});
  }
  next();
}

void operations::handle(const instance_failed& input, time_point) {
  if (!locking_ || *locking_ != input.sequence)
    return;
  // Nothing of it left this node, so the number is free again.
  locking_.reset();
  open_.erase(input.sequence);
  last_ = input.sequence - 1;
  reply(input.detail.empty() ? std::string{name(input.why)}
                             : fmt::format("{}({})", name(input.why), input.detail));
  next();
}

void operations::handle(const own_delivered& input, time_point) {
  last_ = std::max(last_, input.sequence);
  if (open_.erase(input.sequence) == 0)
    return;
  if (const auto waiting = to_answer_.extract(input.sequence))
    effects_.push(answer{waiting.mapped(), {}});
  tail_.insert(input.sequence);
  if (tail_.size() > certified_tail_max) {
    effects_.push(retire{*tail_.begin()});
    tail_.erase(tail_.begin());
  }
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
