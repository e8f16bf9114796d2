// SPDX-License-Identifier: BSD-3-Clause
// What a slot is bound to, stored before anybody hears of it, and the echoes that follow.
#include "actors/brb/source_window.hpp"

#include <algorithm>

namespace troupe::brb {

void source_window::lock(std::uint64_t sequence, slot& opened) {
  // A joiner was told meanwhile that we hold nothing here. Of ourselves nobody else has another header.
  if (opened.from != options_.self)
    std::erase_if(opened.wanted,
                  [oldest = std::max(answered_, import_.since())](generation gen) { return gen < oldest; });
  if (opened.wanted.empty()) {
    const send_received refused{opened.from, opened.what};
    slots_.erase(sequence);
    return refuse(refused, brb_errc::message_from_different_generation);
  }
  effects_.push(handled(send_received{opened.from, opened.what}));
  effects_.push(note{note::level::info, "[BRB] request for validation"});
  opened.at = stage::persisting;
  effects_.push(lock_begun{opened.what});
  store_lock(sequence, opened);
}

void source_window::store_lock(std::uint64_t sequence, slot& opened) {
  const auto id = next_ticket();
  locking_[id] = sequence;
  effects_.push(persist{id, encode(promise{lock_promise{*opened.what}})});
}

void source_window::lock_again() {
  const auto under_way = [this](std::uint64_t sequence) {
    return std::any_of(locking_.begin(), locking_.end(),
                       [&](const auto& entry) { return entry.second == sequence; });
  };
  for (auto& [sequence, opened] : slots_)
    if (opened.at == stage::persisting && !under_way(sequence))
      store_lock(sequence, opened);
}

void source_window::on_lock_stored(std::uint64_t sequence, slot& opened) {
  opened.at = stage::locked;
  effects_.push(lock_ended{sequence, true});
  if (import_.needed())
    ask_for_locks();
  else
    for (const auto gen : std::exchange(opened.wanted, {}))
      answer(sequence, gen);
  advance();
}

void source_window::on_lock_failed(std::uint64_t sequence, slot& opened) {
  if (opened.maybe_stored) {
    effects_.push(arm{store_again_timer, store_again_after});
    return refuse_held_behind(sequence);
  }
  const send_received refused{opened.from, opened.what};
  effects_.push(lock_ended{sequence, false});
  slots_.erase(sequence);
  refuse(refused, brb_errc::store_failed);
}

// Of our own: who waits for them is told, as after a lock that was given up.
void source_window::refuse_held_behind(std::uint64_t sequence) {
  const auto next = slots_.upper_bound(sequence);
  if (options_.source != options_.self || next == slots_.end() || next->second.at != stage::held)
    return;
  const send_received refused{next->second.from, next->second.what};
  slots_.erase(next);
  refuse(refused, brb_errc::store_failed);
}

void source_window::answer(std::uint64_t sequence, generation gen) {
  auto& locked = slots_.at(sequence);
  if (sequence <= import_.settled() || import_.against(locked.what->header))
    return; // who was away while the group went on
  if (const auto given = locked.echoes.find(gen); given != locked.echoes.end())
    return send_echo(locked, gen, given->second);
  if (options_.source == options_.self && gen == locked.what->header.gen)
    return echo_with(locked, gen, locked.what->seal); // the header's signature is the source's echo
  const auto same = [&](const auto& entry) {
    return entry.second.sequence == sequence && entry.second.gen == gen;
  };
  if (std::any_of(signing_.begin(), signing_.end(), same) ||
      signing_.size() >= window_size * generations_asked_max)
    return;
  const auto id = next_ticket();
  signing_[id] = {sequence, gen};
  effects_.push(sign{id, to_bytes(echo_digest(options_.network, gen, locked.what->header))});
}

void source_window::handle(const signed_off& input, time_point) {
  const auto found = signing_.find(input.id);
  if (found == signing_.end())
    return;
  const auto what = found->second;
  signing_.erase(found);
  const auto locked = slots_.find(what.sequence);
  if (locked == slots_.end() || input.signed_by.size() != signature{}.size())
    return;
  signature seal;
  std::copy(input.signed_by.begin(), input.signed_by.end(), seal.begin());
  echo_with(locked->second, what.gen, seal);
}

void source_window::echo_with(slot& locked, generation gen, const signature& seal) {
  if (locked.echoes.size() >= generations_asked_max)
    locked.echoes.erase(locked.echoes.begin());
  locked.echoes[gen] = seal;
  send_echo(locked, gen, seal);
}

void source_window::send_echo(const slot& from, generation gen, const signature& seal) {
  const auto& what = *from.what;
  const echo_message echo{gen, what.header, seal};
  if (options_.traced)
    effects_.push(delivering{options_.source, echo_text(echo, what.payload, options_.describe), seal});
  effects_.push(send_packet{options_.source, echo});
}

} // namespace troupe::brb
