// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/state_transfer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace troupe::brb {
namespace {

constexpr timer_id part_timer{1};
constexpr timer_id lost_timer{2};

digest id_of(const state_transfer_options& options, const base_state& base) {
  return base.proof ? checkpoint_digest(options.network, base.proof->what) : digest{};
}

} // namespace

state_transfer::state_transfer(state_transfer_options options, view_ptr now, base_state base)
  : options_(std::move(options)), view_(std::move(now)), base_(std::move(base)),
    base_id_(id_of(options_, base_)) {}

void state_transfer::start(time_point) {
  if (!options_.lost.why.empty())
    say_what_is_lacking();
}

void state_transfer::say_what_is_lacking() {
  std::uint64_t slots = 0;
  for (const auto& [source, sequence] : options_.lost.covered)
    slots += sequence;
  effects_.push(note{
    note::level::warn,
    fmt::format("[BRB] {}: this node promises and serves nothing until a member of its group has given it "
                "one that covers the same {} slots (connect it to the others)",
                options_.lost.why, slots)});
  effects_.push(arm{lost_timer, options_.says_again});
}

void state_transfer::handle(const base_moved& input, time_point) {
  base_ = input.to;
  base_id_ = id_of(options_, base_);
  if (fetching_ && covers(base_.delivered(), fetching_->what->what.delivered))
    give_up("our own checkpoint is as far now");
}

void state_transfer::handle(const state_asked& input, time_point) {
  if (!view_->is_member(input.from, view_->gen))
    return effects_.push(
      report{input.from, static_cast<std::uint8_t>(brb_errc::source_is_not_voting_member)});
  if (!base_.saved || input.what.checkpoint != base_id_ || input.what.offset >= base_.saved->size())
    return; // of a former checkpoint: who asks is offered the present one with the next page
  const auto from = base_.saved->begin() + static_cast<std::ptrdiff_t>(input.what.offset);
  const auto size = std::min<std::uint64_t>(state_part_max, base_.saved->size() - input.what.offset);
  effects_.push(send_packet{input.from, state_page{base_id_, input.what.offset,
                                                   bytes(from, from + static_cast<std::ptrdiff_t>(size))}});
}

void state_transfer::handle(const checkpoint_offered& input, time_point) {
  const auto& what = input.what->what;
  if (fetching_ || storing_ || covers(input.lacking, what.delivered) ||
      !covers(what.delivered, base_.delivered()) || !covers(what.delivered, options_.lost.covered))
    return;
  if (!view_->group || what.group != *view_->group)
    return effects_.push(report{input.from, static_cast<std::uint8_t>(brb_errc::foreign_group)});
  const auto* members = view_->members_of(what.gen);
  if (!members)
    return;
  const auto id = checkpoint_digest(options_.network, what);
  const auto named = seals_to_verify(id, input.what->signers, input.what->seals, *members);
  if (!named)
    return effects_.push(report{input.from, static_cast<std::uint8_t>(named.error())});
  fetching_ = fetching{input.from, input.what, named->size(), true, {}, 1};
  for (const auto& [signer, message, seal] : *named) {
    const ticket check{++last_ticket_};
    verifying_[check] = id;
    effects_.push(verify{check, signer, to_bytes(message), to_bytes(seal)});
  }
  effects_.push(arm{part_timer, options_.part_timeout});
}

void state_transfer::handle(const verified& input, time_point) {
  const auto of = verifying_.extract(input.id);
  if (!of || !fetching_ || of.mapped() != checkpoint_digest(options_.network, fetching_->what->what) ||
      fetching_->checks == 0)
    return;
  fetching_->valid = fetching_->valid && input.valid;
  if (--fetching_->checks > 0)
    return;
  if (fetching_->valid)
    return ask();
  effects_.push(
    report{fetching_->from, static_cast<std::uint8_t>(brb_errc::proof_contains_invalid_signatures)});
  give_up("the checkpoint's signatures are not valid");
}

void state_transfer::ask() {
  const state_request request{checkpoint_digest(options_.network, fetching_->what->what),
                              fetching_->saved.size()};
  effects_.push(send_packet{fetching_->from, request});
  effects_.push(arm{part_timer, options_.part_timeout});
}

void state_transfer::handle(const state_part_received& input, time_point) {
  if (!fetching_ || fetching_->checks > 0 || input.from != fetching_->from ||
      input.what.checkpoint != checkpoint_digest(options_.network, fetching_->what->what) ||
      input.what.offset != fetching_->saved.size())
    return; // not asked for, or twice
  if (input.what.part.size() > fetching_->what->what.state_size - fetching_->saved.size()) {
    effects_.push(report{input.from, static_cast<std::uint8_t>(brb_errc::malformed)});
    return give_up("its parts are more than the checkpoint names");
  }
  fetching_->saved.insert(fetching_->saved.end(), input.what.part.begin(), input.what.part.end());
  fetching_->tries = 1;
  if (fetching_->saved.size() == fetching_->what->what.state_size)
    complete();
  else
    ask();
}

void state_transfer::complete() {
  const auto& what = fetching_->what->what;
  if (sha256(fetching_->saved) != what.state) {
    effects_.push(report{fetching_->from, static_cast<std::uint8_t>(brb_errc::malformed)});
    return give_up("its bytes are not those that were signed");
  }
  if (!options_.make()->load(fetching_->saved))
    return give_up("this node's data type cannot read it");
  storing_ = ticket{++last_ticket_};
  stored_ = {fetching_->what, std::make_shared<const bytes>(std::move(fetching_->saved))};
  fetching_.reset();
  effects_.push(cancel{part_timer});
  effects_.push(supersede{*storing_, stored_});
}

void state_transfer::handle(const persisted& input, time_point) {
  if (storing_ != input.id)
    return;
  storing_.reset();
  auto stored = std::exchange(stored_, {});
  if (!input.stored)
    return effects_.push(note{note::level::error, "[BRB] the fetched state could not be stored"});
  base_ = stored;
  base_id_ = id_of(options_, base_);
  effects_.push(
    note{note::level::info, fmt::format("[BRB] caught up by a checkpoint of {} bytes", base_.saved->size())});
  effects_.push(adopted{std::move(stored)});
}

void state_transfer::expire(timer_id timer, time_point) {
  if (timer == lost_timer)
    return say_what_is_lacking();
  if (timer != part_timer || !fetching_)
    return;
  if (fetching_->checks > 0 || fetching_->tries == part_tries_max)
    return give_up("the member that offered it does not answer");
  ++fetching_->tries;
  ask();
}

void state_transfer::give_up(std::string_view why) {
  effects_.push(note{note::level::warn, fmt::format("[BRB] fetching the state of {} was given up: {}",
                                                    short_name(fetching_->from), why)});
  effects_.push(cancel{part_timer});
  fetching_.reset();
  verifying_.clear();
}

} // namespace troupe::brb
