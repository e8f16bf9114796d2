// SPDX-License-Identifier: BSD-3-Clause
// A proven checkpoint: its signatures, whether its state is ours, and what is forgotten by it.
#include "actors/brb/checkpoints.hpp"

#include <algorithm>

namespace troupe::brb {
namespace {

constexpr duration stored_again_after = std::chrono::seconds{10};

} // namespace

void checkpoints::handle(const checkpoint_received& input, time_point) {
  const auto& what = input.what->what;
  if (!view_->group || what.group != *view_->group)
    return effects_.push(report{input.from, static_cast<std::uint8_t>(brb_errc::foreign_group)});
  const auto& base = trailing_.base().delivered();
  if (covers(base, what.delivered) || !covers(what.delivered, base) ||
      checks_.size() >= checkpoint_checks_max)
    return;
  const auto* members = view_->members_of(what.gen);
  if (!members)
    return;
  const auto named = seals_to_verify(checkpoint_digest(options_.network, what), input.what->signers,
                                     input.what->seals, *members);
  if (!named)
    return effects_.push(report{input.from, static_cast<std::uint8_t>(named.error())});
  const auto number = ++last_check_;
  auto& check = checks_[number];
  check.input = input;
  for (const auto& [signer, message, seal] : *named) {
    const auto id = next_ticket();
    checking_[id] = number;
    ++check.outstanding;
    effects_.push(verify{id, signer, to_bytes(message), to_bytes(seal)});
  }
}

void checkpoints::handle(const verified& input, time_point) {
  if (auto seal = checking_seals_.extract(input.id)) {
    const auto& [from, word] = seal.mapped();
    if (!collecting_ || collecting_->what != word.what)
      return;
    if (!input.valid)
      return effects_.push(report{from, static_cast<std::uint8_t>(brb_errc::signature)});
    collecting_->seals[from] = word.seal;
    return certify();
  }
  const auto of = checking_.extract(input.id);
  if (!of)
    return;
  const auto check = checks_.find(of.mapped());
  check->second.valid = check->second.valid && input.valid;
  if (--check->second.outstanding > 0)
    return;
  const auto done = std::move(check->second);
  checks_.erase(check);
  if (!done.valid)
    return effects_.push(
      report{done.input.from, static_cast<std::uint8_t>(brb_errc::proof_contains_invalid_signatures)});
  install(done.input.what);
}

void checkpoints::install(const checkpoint_ptr& what) {
  const auto& base = trailing_.base().delivered();
  if (covers(base, what->what.delivered) || !covers(what->what.delivered, base))
    return;
  if (!ahead_ || covers(what->what.delivered, ahead_->what.delivered))
    ahead_ = what;
  install_if_reached();
}

void checkpoints::install_if_reached() {
  if (storing_ || !ahead_ || !covers(trailing_.delivered(), ahead_->what.delivered))
    return;
  const auto proof = std::exchange(ahead_, nullptr);
  const auto here = trailing_.at(proof->what.delivered);
  if (!here)
    return; // another checkpoint has overtaken it
  if (here->id != proof->what.state)
    return diverged(options_.self);
  storing_ = next_ticket();
  stored_ = base_state{proof, here->saved};
  effects_.push(supersede{*storing_, stored_});
}

// Those of proofs that are covered now, among them any whose tickets were lost.
void checkpoints::forget_checks() {
  std::erase_if(checks_, [this](const auto& entry) {
    return covers(trailing_.base().delivered(), entry.second.input.what->what.delivered);
  });
  std::erase_if(checking_, [this](const auto& entry) { return !checks_.contains(entry.second); });
}

void checkpoints::handle(const persisted& input, time_point now) {
  if (storing_ != input.id)
    return;
  storing_.reset();
  if (input.stored) {
    trailing_.rebase(stored_);
    quiet_until_ = {};
    forget_checks();
    first_since_.reset();
    if (trailing_.since_base() > 0)
      first_since_ = now;
    effects_.push(base_moved{stored_});
  } else {
    quiet_until_ = now + stored_again_after; // a full disk stays full for a while
    effects_.push(
      note{note::level::error, "[BRB] a checkpoint could not be stored: nothing is forgotten yet"});
  }
  stored_ = {};
  arm_next(now);
  install_if_reached();
}

} // namespace troupe::brb
