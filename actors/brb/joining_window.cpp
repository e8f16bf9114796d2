// SPDX-License-Identifier: BSD-3-Clause
// What a member needs before it echoes, once it has joined or somebody has left: the locks of those before.
// Both sides: asking for them, and telling them, after which no new slot is locked under an older generation.
#include "actors/brb/source_window.hpp"

#include <fmt/format.h>

namespace troupe::brb {
namespace {

constexpr duration ask_again_first = std::chrono::milliseconds{500}; ///< doubled with each question
constexpr duration ask_again_max = std::chrono::seconds{8};
constexpr std::uint32_t another_after = 4;                              ///< questions in vain
constexpr duration told_at_most_every = std::chrono::milliseconds{100}; ///< to one joiner

} // namespace

/// Whether the held slot may be validated now; if it never may, it is refused.
bool source_window::admit(std::uint64_t sequence, slot& held) {
  if (import_.needed()) {
    ask_for_locks();
    return false;
  }
  if (!view_->is_member(options_.self, view_->gen)) {
    const send_received refused{held.from, held.what};
    slots_.erase(sequence);
    refuse(refused, brb_errc::we_are_not_voting_member);
    return false;
  }
  const auto* other = import_.against(held.what->header);
  if (!other && sequence > import_.settled())
    return true;
  if (other)
    keep_evidence(other->header, other->seal, held.what->header, held.what->seal);
  const send_received refused{held.from, held.what};
  slots_.erase(sequence);
  refuse(refused, other ? brb_errc::source_already_has_pending_msg : brb_errc::slot_older_than_join);
  return false;
}

void source_window::ask_for_locks() {
  if (asking_ || !import_.needed() || !view_->group)
    return;
  asking_ = true;
  asked_ = 0;
  ask_again_after_ = ask_again_first;
  ask_again();
}

void source_window::ask_again() {
  if (!import_.needed() || !view_->group) {
    asking_ = false;
    return;
  }
  if (++asked_ % another_after == 0)
    import_.try_another(*view_);
  import_if_complete();
  if (!importing_)
    for (const auto& member : import_.unanswered(*view_))
      effects_.push(send_packet{member, import_.question(*view_->group)});
  effects_.push(arm{import_timer, ask_again_after_});
  ask_again_after_ = std::min(2 * ask_again_after_, ask_again_max);
}

void source_window::handle(const locks_told& input, time_point) {
  if (!view_->group || input.what->group != *view_->group)
    return effects_.push(report{input.from, static_cast<std::uint8_t>(brb_errc::foreign_group)});
  const auto checks = import_.open(input.from, *input.what, delivered_, *view_);
  if (!checks)
    return;
  if (!*checks)
    return effects_.push(report{input.from, static_cast<std::uint8_t>(checks->error())});
  // Its former answer is dropped with its checks, whose tickets may have been lost.
  std::erase_if(checking_locks_, [&](const auto& check) { return check.second == input.from; });
  auto& opened = open_answers_[input.from] = {};
  for (const auto& check : **checks) {
    const auto id = next_ticket();
    checking_locks_[id] = input.from;
    ++opened.outstanding;
    effects_.push(verify{id, check.signer, to_bytes(check.message), to_bytes(check.seal)});
  }
  if (opened.outstanding == 0) {
    open_answers_.erase(input.from);
    import_.close(input.from, true);
    import_if_complete();
  }
}

bool source_window::on_import_checked(const verified& input) {
  const auto of = checking_locks_.extract(input.id);
  if (!of)
    return false;
  const auto opened = open_answers_.find(of.mapped());
  opened->second.valid = opened->second.valid && input.valid;
  if (--opened->second.outstanding > 0)
    return true;
  const auto from = opened->first;
  const auto done = std::move(opened->second);
  open_answers_.erase(opened);
  import_.close(from, done.valid);
  if (done.valid)
    import_if_complete();
  else
    effects_.push(report{from, static_cast<std::uint8_t>(brb_errc::signature)});
  return true;
}

void source_window::import_if_complete() {
  auto collected = importing_ ? std::nullopt : import_.collected(*view_);
  if (!collected)
    return;
  const auto id = next_ticket();
  effects_.push(persist{id, encode(promise{imported_promise{*collected}})});
  importing_.emplace(id, std::move(*collected));
}

void source_window::on_imported(bool stored) {
  auto what = std::move(importing_->second);
  importing_.reset();
  if (!stored)
    return; // the timer tries it again
  effects_.push(remember{imported_promise{what}});
  import_.stored(std::move(what));
  if (import_.on_view(*view_))
    asking_ = false; // of the next change from the start
  for (const auto& one : import_.locks())
    if (const auto* other = import_.against(one.header))
      keep_evidence(one.header, one.seal, other->header, other->seal);
  for (auto& [sequence, opened] : slots_) {
    if (opened.at != stage::locked)
      continue;
    if (const auto* other = import_.against(opened.what->header))
      keep_evidence(opened.what->header, opened.what->seal, other->header, other->seal);
    if (!import_.needed())
      for (const auto gen : std::exchange(opened.wanted, {}))
        answer(sequence, gen);
  }
  serve_askers();
  ask_for_locks();
  advance();
}

void source_window::handle(const locks_asked& input, time_point now) {
  const auto refuse_with = [&](brb_errc why) {
    effects_.push(report{input.from, static_cast<std::uint8_t>(why)});
  };
  if (!options_.promises_readable)
    return;
  if (!view_->group || input.what.group != *view_->group)
    return refuse_with(view_->group ? brb_errc::foreign_group : brb_errc::no_group);
  if (input.what.gen > view_->gen) {
    effects_.push(behind{input.from});
    return;
  }
  if (!view_->is_member(input.from, view_->gen))
    return refuse_with(brb_errc::not_invited);
  const auto told = told_at_.find(input.from);
  if (told != told_at_.end() && now < told->second + told_at_most_every)
    return;
  told_at_[input.from] = now;
  askers_[input.from] = input.what.gen;
  serve_askers();
}

void source_window::serve_askers() {
  if (askers_.empty() || promising_)
    return;
  lock_query latest{*view_->group, options_.source, answered_};
  for (const auto& [who, gen] : std::exchange(askers_, {})) {
    // What we do not know ourselves yet we cannot tell.
    const bool ready = import_.complete_before(gen, *view_) && delivered_ >= import_.settled();
    if (ready && gen <= answered_) {
      effects_.push(hand_locks{who, own_locks(gen)});
      continue;
    }
    if (ready)
      latest.gen = std::max(latest.gen, gen);
    askers_.emplace(who, gen);
  }
  if (latest.gen <= answered_)
    return;
  const auto id = next_ticket();
  effects_.push(persist{id, encode(promise{answered_promise{latest}})});
  promising_.emplace(id, latest);
}

void source_window::on_promised(bool stored) {
  const auto promised = promising_->second;
  promising_.reset();
  if (!stored)
    return askers_.clear(); // they ask again
  answered_ = promised.gen;
  effects_.push(remember{answered_promise{promised}});
  serve_askers();
}

lock_answer source_window::own_locks(generation asked) const {
  lock_answer result{*view_->group, options_.source, asked, delivered_, {}, {}, {}};
  if (const auto last = recent_.find(delivered_); last != recent_.end())
    result.proof = last->second;
  for (const auto& [sequence, opened] : slots_)
    // Of our own what is not stored yet may become another one.
    if (opened.at == stage::locked || (opened.at == stage::persisting && options_.source != options_.self))
      result.locks.push_back({opened.what->header, opened.what->seal});
  import_.add_locks(result);
  return result;
}

} // namespace troupe::brb
