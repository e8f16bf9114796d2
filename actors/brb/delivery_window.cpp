// SPDX-License-Identifier: BSD-3-Clause
// The certificate side of source_window: check, buffer within the window, store, deliver in order.
#include "actors/brb/source_window.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::brb {
namespace {

constexpr duration acknowledge_at_most_every = std::chrono::milliseconds{50};

} // namespace

void source_window::handle(const certificate_received& input, time_point) {
  check(input);
}

void source_window::check(const certificate_received& input) {
  const auto& proof = *input.what;
  const auto sequence = proof.header.sequence;
  if (!view_->group || proof.header.group != *view_->group)
    return refuse(input, view_->group ? brb_errc::foreign_group : brb_errc::no_group);
  if (sequence <= delivered_)
    return input.from == options_.source ? acknowledge() : void();
  if (sequence > delivered_ + window_size)
    return refuse(input, brb_errc::msg_dot_not_next_dot_to_be_delivered);
  if (buffered_.contains(sequence) || checks_.contains(sequence))
    return;
  const auto* members = view_->members_of(proof.gen);
  if (!members)
    return park(input);
  const auto named = seals_to_verify(options_.network, proof, *members);
  if (!named)
    return refuse(input, named.error());
  const auto locked = slots_.find(sequence);
  const bool holds_payload = locked != slots_.end() && locked->second.what->header == proof.header;
  if (proof.payload.empty() && !holds_payload) {
    if (input.from == options_.source && collecting_.collects(proof.header)) {
      awaiting_[sequence] = input;
      return;
    }
    effects_.push(behind{input.from});
    return refuse(input, brb_errc::payload_missing);
  }
  // What is checked is what is stored and handed on: the header's signature that we know to be true, unless
  // the source's echo is told by another one.
  auto complete = std::make_shared<certificate>(proof);
  if (holds_payload) {
    complete->payload = locked->second.what->payload;
    if (locked->second.at != stage::checking && !sealed_by_header(proof, *named))
      complete->header_seal = locked->second.what->seal;
  }
  const certificate_received whole{input.from, std::move(complete)};
  if (input.from == options_.self)
    return accept(whole); // our own instance verified every echo in it
  certificate_check pending{whole, 0, true};
  const auto seals = seals_to_verify(options_.network, *whole.what, *members);
  for (const auto& one : *seals) {
    if (holds_payload && knows(locked->second, proof.gen, one))
      continue;
    const auto id = next_ticket();
    verifying_[id] = sequence;
    ++pending.outstanding;
    effects_.push(verify{id, one.signer, to_bytes(one.message), to_bytes(one.seal)});
  }
  if (pending.outstanding == 0)
    return accept(whole);
  checks_.emplace(sequence, std::move(pending));
}

bool source_window::knows(const slot& held, generation gen, const seal_check& one) const {
  if (one.signer == options_.source && held.at != stage::checking && one.seal == held.what->seal &&
      one.message == header_digest(options_.network, held.what->header))
    return true;
  const auto given = held.echoes.find(gen);
  return one.signer == options_.self && given != held.echoes.end() && given->second == one.seal;
}

void source_window::accept(const certificate_received& input) {
  const auto& proof = *input.what;
  if (proof.header.sequence <= delivered_)
    return;
  effects_.push(handled(input));
  effects_.push(
    note{note::level::info, "[BRB] proof of agreement: " +
                              message_text(proof.gen, proof.header, proof.payload, options_.describe)});
  const auto locked = slots_.find(proof.header.sequence);
  if (locked != slots_.end() && locked->second.what->header != proof.header)
    keep_evidence(locked->second.what->header, locked->second.what->seal, proof.header, proof.header_seal);
  buffered_[proof.header.sequence] = input;
  deliver_next();
}

void source_window::deliver_next() {
  for (auto next = buffered_.find(delivered_ + 1);
       next != buffered_.end() && recording_.size() < recording_max && unrecorded_.empty();
       next = buffered_.find(delivered_ + 1)) {
    const auto what = next->second.what;
    buffered_.erase(next);
    deliver_now(what);
  }
  feed_backlog();
}

// Its record need not be synced first: whoever loses it in a crash gets the certificate again, from the
// others.
void source_window::deliver_now(const certificate_ptr& what) {
  slots_.erase(++delivered_);
  forget_tickets_of_delivered();
  collecting_.forget(delivered_);
  awaiting_.erase(awaiting_.begin(), awaiting_.upper_bound(delivered_));
  recent_[delivered_] = what;
  if (recent_.size() > window_size)
    recent_.erase(recent_.begin());
  record(what);
  effects_.push(remember{delivered_promise{what}});
  effects_.push(deliver{what});
  serve_askers();
  advance();
}

void source_window::record(const certificate_ptr& what) {
  const auto id = next_ticket();
  recording_[id] = what;
  effects_.push(persist{id, encode(promise{delivered_promise{what}})});
}

void source_window::on_recorded(certificate_ptr what, bool stored) {
  if (stored) {
    effects_.push(recorded{what->header.sequence, durable()});
    acknowledge();
    return deliver_next();
  }
  if (unrecorded_.empty()) {
    effects_.push(note{note::level::error,
                       "[BRB] the promise log refused a certificate: nothing more is delivered "
                       "until it takes it"});
    effects_.push(arm{store_again_timer, store_again_after});
  }
  const auto sequence = what->header.sequence;
  unrecorded_[sequence] = std::move(what);
}

void source_window::expire(timer_id timer, time_point) {
  if (timer == store_again_timer) {
    lock_again();
    record_again();
  } else if (timer == import_timer)
    ask_again();
  else if (timer == acknowledge_timer && std::exchange(acknowledged_lately_, false) && acknowledgement_owed_)
    acknowledge();
}

void source_window::record_again() {
  for (const auto& [sequence, what] : std::exchange(unrecorded_, {}))
    record(what);
}

std::uint64_t source_window::durable() const {
  auto up_to = delivered_;
  for (const auto& [id, what] : recording_)
    up_to = std::min(up_to, what->header.sequence - 1);
  if (!unrecorded_.empty())
    up_to = std::min(up_to, unrecorded_.begin()->first - 1);
  return up_to;
}

void source_window::forget_tickets_of_delivered() {
  const auto settled = [this](std::uint64_t sequence) { return sequence <= delivered_; };
  std::erase_if(checking_headers_, [&](const auto& entry) { return settled(entry.second.sequence); });
  std::erase_if(validating_, [&](const auto& entry) { return settled(entry.second); });
  std::erase_if(locking_, [&](const auto& entry) { return settled(entry.second); });
  std::erase_if(signing_, [&](const auto& entry) { return settled(entry.second.sequence); });
}

// The first at once, those right behind it together: one says what all of them would.
void source_window::acknowledge() {
  if (!view_->group)
    return;
  acknowledgement_owed_ = acknowledged_lately_;
  if (std::exchange(acknowledged_lately_, true))
    return;
  effects_.push(arm{acknowledge_timer, acknowledge_at_most_every});
  effects_.push(
    send_packet{options_.source, delivered_message{*view_->group, {{options_.source, durable()}}}});
}

void source_window::handle(const backlog_received& input, time_point) {
  // A page starts at what we lacked when we asked for it. What is left of an older one may lie behind a gap
  // that only this page fills.
  backlog_.clear();
  for (const auto& one : input.certificates)
    if (backlog_.size() < backlog_max)
      backlog_.push_back({input.from, one});
  feed_backlog();
}

void source_window::feed_backlog() {
  while (!backlog_.empty() && backlog_.front().what->header.sequence <= delivered_ + window_size) {
    const auto next = std::move(backlog_.front());
    backlog_.pop_front();
    if (next.what->header.sequence > delivered_)
      check(next);
  }
  // A gap in front of the rest: the page it came with is of no use any more.
  if (!backlog_.empty() && checks_.empty() && buffered_.empty() && parked_.empty())
    backlog_.clear();
}

// When all places are taken whoever holds most of them gives one up, so that no peer can take them all for
// good.
void source_window::park(const certificate_received& input) {
  std::erase_if(parked_, [&](const auto& one) {
    return one.from == input.from && one.what->header.sequence == input.what->header.sequence;
  });
  if (parked_.size() >= parked_max) {
    std::map<peer_id, std::size_t> held;
    for (const auto& one : parked_)
      ++held[one.from];
    const auto fewer = [](const auto& a, const auto& b) { return a.second < b.second; };
    const auto [greediest, most] = *std::max_element(held.begin(), held.end(), fewer);
    if (held[input.from] + 1 >= most)
      return refuse(input, brb_errc::invalid_generation);
    parked_.erase(std::ranges::find(parked_, greediest, &certificate_received::from));
  }
  parked_.push_back(input);
  effects_.push(behind{input.from});
}

void source_window::unpark() {
  auto waiting = std::exchange(parked_, {});
  for (const auto& one : waiting) {
    if (view_->members_of(one.what->gen))
      check(one);
    else
      parked_.push_back(one);
  }
  feed_backlog();
}

} // namespace troupe::brb
