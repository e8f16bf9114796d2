// SPDX-License-Identifier: BSD-3-Clause
// Requests and who may be answered; locks and echoes are locking_window.cpp, certificates and delivery
// delivery_window.cpp, what joiners need joining_window.cpp.
#include "actors/brb/source_window.hpp"

#include "messages/types/assert.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::brb {

source_window::source_window(source_window_options options, view_ptr now)
  : options_(std::move(options)), view_(std::move(now)),
    import_(options_.self, options_.source, options_.network) {
  TROUPE_ASSERT(view_ != nullptr && options_.describe != nullptr);
  import_.on_view(*view_);
}

void source_window::restore(const promise& record) {
  if (const auto* lock = std::get_if<lock_promise>(&record)) {
    if (lock->what.header.sequence > delivered_)
      slots_[lock->what.header.sequence] = {.from = lock->what.header.source,
                                            .what = std::make_shared<const send_message>(lock->what),
                                            .at = stage::locked};
  } else if (const auto* done = std::get_if<delivered_promise>(&record)) {
    if (done->what->header.sequence != delivered_ + 1)
      return;
    slots_.erase(++delivered_);
    recent_[delivered_] = done->what;
    if (recent_.size() > window_size)
      recent_.erase(recent_.begin());
  } else if (const auto* imported = std::get_if<imported_promise>(&record)) {
    import_.restore(imported->what);
    import_.on_view(*view_); // there may have been changes since
  } else if (const auto* answered = std::get_if<answered_promise>(&record)) {
    answered_ = std::max(answered_, answered->what.gen);
  }
}

void source_window::restore_uncertain(const send_ptr& what) {
  if (what->header.sequence <= delivered_)
    return;
  auto& again = slots_[what->header.sequence] = {
    .from = what->header.source, .what = what, .at = stage::persisting, .maybe_stored = true};
  if (options_.source == options_.self)
    again.wanted.insert(what->header.gen); // our instance waits for it
}

void source_window::start(time_point) {
  if (!options_.promises_readable)
    effects_.push(note{note::level::error, "[BRB] the promise log cannot be read: this node will not echo"});
  lock_again();
  record_again();
  ask_for_locks();
}

void source_window::handle(const view_update& input, time_point) {
  view_ = input.now;
  if (import_.on_view(*view_))
    asking_ = false;
  const auto left = [this](const auto& entry) { return !view_->is_member(entry.first, view_->gen); };
  std::erase_if(told_at_, left);
  std::erase_if(askers_, left);
  ask_for_locks();
  unpark();
  advance();
}

std::optional<brb_errc> source_window::judge(const peer_id& from, const send_message& what) const {
  if (!options_.promises_readable)
    return brb_errc::promises_unreadable;
  if (!view_->group)
    return brb_errc::no_group;
  if (what.header.group != *view_->group)
    return brb_errc::foreign_group;
  if (from != what.header.source || from != options_.source)
    return brb_errc::packet_source_is_not_dot;
  if (what.header.sequence > delivered_ + window_size)
    return brb_errc::msg_dot_not_the_next_dot;
  return std::nullopt;
}

std::optional<brb_errc> source_window::may_echo(generation gen) const {
  if (!view_->members_of(gen))
    return brb_errc::message_from_different_generation;
  if (!view_->is_member(options_.source, gen))
    return brb_errc::source_is_not_voting_member;
  // Who has left learns no more what others are bound to.
  if (!view_->is_member(options_.self, gen) || !view_->is_member(options_.self, view_->gen))
    return brb_errc::we_are_not_voting_member;
  return std::nullopt;
}

void source_window::handle(const send_received& input, time_point) {
  const auto& header = input.what->header;
  if (const auto wrong = judge(input.from, *input.what))
    return refuse(input, *wrong);
  if (input.from == options_.self && own_refused_ && header.sequence > *own_refused_)
    return refuse(input, brb_errc::source_already_has_pending_msg);
  if (input.from == options_.self && own_refused_ == header.sequence)
    own_refused_.reset();
  if (header.sequence <= delivered_)
    return on_delivered_slot(input);
  if (const auto known = slots_.find(header.sequence); known != slots_.end())
    return on_known_slot(input, known->second);
  if (const auto proven = buffered_.find(header.sequence); proven != buffered_.end()) {
    if (proven->second.what->header != header)
      suspect(input, proven->second.what->header, proven->second.what->header_seal);
    return;
  }
  if (const auto wrong = may_echo(input.what->gen)) {
    if (*wrong == brb_errc::message_from_different_generation)
      effects_.push(behind{input.from});
    return refuse(input, *wrong);
  }
  if (input.from != options_.self && input.what->gen < std::max(answered_, import_.since()))
    return refuse(input, brb_errc::message_from_different_generation);
  if (input.what->payload.empty())
    return; // a fragment of it: opened once it is whole
  auto& opened = slots_[header.sequence];
  opened.from = input.from;
  opened.what = input.what;
  opened.wanted.insert(input.what->gen);
  if (input.from == options_.self) {
    opened.at = stage::held; // signed by ourselves a moment ago
    return advance();
  }
  const auto id = next_ticket();
  checking_headers_[id] = {header.sequence};
  effects_.push(verify{id, options_.source, to_bytes(header_digest(options_.network, header)),
                       to_bytes(input.what->seal)});
  on_payload(header.sequence);
}

void source_window::on_known_slot(const send_received& input, slot& known) {
  if (known.what->header != input.what->header)
    return suspect(input, known.what->header, known.what->seal);
  if (input.from == options_.self)
    known.what = input.what; // signed anew by this life of ours
  // The signature on our own header is our echo, whoever is a member now: it goes to ourselves only.
  const bool ours = input.from == options_.self && input.what->gen == input.what->header.gen;
  if (const auto wrong = ours ? std::nullopt : may_echo(input.what->gen)) {
    if (*wrong == brb_errc::message_from_different_generation)
      effects_.push(behind{input.from});
    return refuse(input, *wrong);
  }
  if (known.at == stage::locked && !import_.needed())
    return answer(input.what->header.sequence, input.what->gen);
  if (known.wanted.size() < generations_asked_max)
    known.wanted.insert(input.what->gen);
  if (known.at == stage::locked)
    ask_for_locks();
}

void source_window::on_delivered_slot(const send_received& input) {
  const auto done = recent_.find(input.what->header.sequence);
  if (done == recent_.end())
    return refuse(input, brb_errc::msg_dot_not_the_next_dot);
  if (done->second->header != input.what->header)
    return suspect(input, done->second->header, done->second->header_seal);
  // The source restarted before it stored the proof that we hold.
  effects_.push(send_packet{input.from, certificate_out{done->second, true}});
}

void source_window::suspect(const send_received& input, const operation_header& first,
                            const signature& first_seal) {
  if (input.from == options_.self)
    return effects_.push(numbers_disputed{first.sequence});
  if (suspicions_.size() >= window_size)
    return refuse(input, brb_errc::overloaded);
  const auto id = next_ticket();
  suspicions_[id] = {input.from, first, first_seal, input.what};
  effects_.push(verify{id, options_.source, to_bytes(header_digest(options_.network, input.what->header)),
                       to_bytes(input.what->seal)});
}

void source_window::keep_evidence(const operation_header& first, const signature& first_seal,
                                  const operation_header& second, const signature& second_seal) {
  const auto known = [&](const equivocation& e) { return e.second == second || e.first == second; };
  if (evidence_.size() >= evidence_max || std::any_of(evidence_.begin(), evidence_.end(), known))
    return;
  evidence_.push_back({first, first_seal, second, second_seal});
  effects_.push(suspected{evidence_.back()});
  effects_.push(note{note::level::warn, fmt::format("[BRB] evidence: {} signed two headers for slot {}",
                                                    short_name(options_.source), first.sequence)});
}

void source_window::handle(const verified& input, time_point) {
  if (const auto header = checking_headers_.find(input.id); header != checking_headers_.end()) {
    const auto sequence = header->second.sequence;
    checking_headers_.erase(header);
    const auto opened = slots_.find(sequence);
    if (opened == slots_.end() || opened->second.at != stage::checking)
      return;
    if (input.valid) {
      opened->second.at = stage::held;
      return advance();
    }
    const send_received refused{opened->second.from, opened->second.what};
    slots_.erase(opened);
    return refuse(refused, brb_errc::signature);
  }
  if (const auto doubt = suspicions_.find(input.id); doubt != suspicions_.end()) {
    const auto found = std::move(doubt->second);
    suspicions_.erase(doubt);
    if (!input.valid)
      return refuse(send_received{found.from, found.second}, brb_errc::signature);
    keep_evidence(found.first, found.first_seal, found.second->header, found.second->seal);
    return refuse(send_received{found.from, found.second}, brb_errc::source_already_has_pending_msg);
  }
  if (on_import_checked(input))
    return;
  const auto echo = verifying_.find(input.id);
  if (echo == verifying_.end())
    return;
  const auto check = checks_.find(echo->second);
  verifying_.erase(echo);
  check->second.valid = check->second.valid && input.valid;
  if (--check->second.outstanding > 0)
    return;
  const auto done = std::move(check->second);
  checks_.erase(check);
  if (done.valid)
    return accept(done.input);
  refuse(done.input, brb_errc::proof_contains_invalid_signatures);
}

void source_window::advance() {
  std::vector<send_ptr> before;
  for (auto sequence = delivered_ + 1; sequence <= delivered_ + window_size; ++sequence) {
    const auto found = slots_.find(sequence);
    if (found == slots_.end() || found->second.at == stage::checking ||
        found->second.at == stage::validating || found->second.at == stage::persisting)
      return; // later slots are judged after this one
    if (found->second.at == stage::held) {
      if (!admit(sequence, found->second))
        return;
      found->second.at = stage::validating;
      const auto id = next_ticket();
      validating_[id] = sequence;
      effects_.push(validate{id, sequence, found->second.what, std::move(before)});
      return;
    }
    before.push_back(found->second.what);
  }
}

void source_window::handle(const validated& input, time_point) {
  const auto found = validating_.find(input.id);
  if (found == validating_.end())
    return;
  const auto sequence = found->second;
  validating_.erase(found);
  const auto opened = slots_.find(sequence);
  if (opened == slots_.end() || opened->second.at != stage::validating)
    return;
  if (input.refusal) {
    const send_received refused{opened->second.from, opened->second.what};
    slots_.erase(opened);
    return refuse(refused, brb_errc::data_type_failed_validation, *input.refusal);
  }
  lock(sequence, opened->second);
}

void source_window::handle(const persisted& input, time_point) {
  if (const auto record = recording_.extract(input.id))
    return on_recorded(record.mapped(), input.stored);
  if (importing_ && importing_->first == input.id)
    return on_imported(input.stored);
  if (promising_ && promising_->first == input.id)
    return on_promised(input.stored);
  const auto found = locking_.find(input.id);
  if (found == locking_.end())
    return;
  const auto sequence = found->second;
  locking_.erase(found);
  const auto opened = slots_.find(sequence);
  if (opened == slots_.end() || opened->second.at != stage::persisting)
    return;
  if (input.stored)
    on_lock_stored(sequence, opened->second);
  else
    on_lock_failed(sequence, opened->second);
}

handling source_window::handled(const send_received& input) const {
  return {input.from, options_.traced ? request_text(*input.what, options_.describe) : std::string{},
          input.what->seal};
}

handling source_window::handled(const certificate_received& input) const {
  const auto& proof = *input.what;
  return {input.from,
          options_.traced ? proof_text(proof, view_->members_of(proof.gen), options_.describe)
                          : std::string{},
          proof.header_seal};
}

void source_window::refuse(handling input, brb_errc why, const operation_header& header,
                           std::string_view detail) {
  const auto from = input.from;
  effects_.push(std::move(input));
  effects_.push(dropping_line(why, detail));
  if (from == options_.self)
    refuse_own(header, why, detail);
  else
    effects_.push(report{from, static_cast<std::uint8_t>(why)});
}

// Our own slots behind a refused one were made to come after it: they are refused too, until it comes again.
void source_window::refuse_own(const operation_header& header, brb_errc why, std::string_view detail) {
  const auto sequence = header.sequence;
  if (slots_.contains(sequence))
    return; // a repetition was refused, what came first stays
  effects_.push(own_refusal{header, why, std::string{detail}});
  if (sequence <= delivered_)
    return;
  own_refused_ = std::min(sequence, own_refused_.value_or(sequence));
  for (auto next = slots_.upper_bound(sequence); next != slots_.end();)
    if (next->second.at == stage::held) {
      effects_.push(own_refusal{next->second.what->header, brb_errc::source_already_has_pending_msg, {}});
      next = slots_.erase(next);
    } else {
      ++next;
    }
}

source_window::state source_window::snapshot() const {
  state result{delivered_, {}, {}, evidence_, backlog_.size()};
  for (const auto& [sequence, opened] : slots_)
    if (opened.at == stage::locked)
      result.locked.push_back(sequence);
  for (const auto& [sequence, proof] : buffered_)
    result.buffered.push_back(sequence);
  return result;
}

} // namespace troupe::brb
