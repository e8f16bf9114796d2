// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/promises.hpp"

#include "actors/brb/packets.hpp"
#include "messages/codec/promise_seal.hpp"

#include <algorithm>

namespace troupe::brb {

namespace {

/// Whether so little was delivered behind a lost delivery that it can be fetched again as if it were new.
bool can_be_fetched(const restored_promises& from) {
  for (const auto& [source, promises] : from.sources) {
    std::uint64_t last = at(from.covered, source);
    std::size_t behind = 0;
    for (const auto& record : promises)
      if (const auto* done = std::get_if<delivered_promise>(&record)) {
        if (done->what->header.sequence == last + 1)
          ++last;
        else if (done->what->header.sequence > last)
          ++behind;
      }
    if (behind >= window_size)
      return false;
  }
  return true;
}

} // namespace

restored_promises replay(std::span<const bytes> records, std::string_view network) {
  restored_promises result;
  bool lost = false;
  for (const auto& record : records) {
    // Peers have what was delivered; its lock, which they have not, is a record of its own.
    if (look_at_seal(record) == promise_seal::lost_delivery) {
      lost = true;
      continue;
    }
    auto read = decode_promise(record, network);
    if (!read) {
      result.readable = false;
      return result;
    }
    if (const auto* lock = std::get_if<lock_promise>(&*read)) {
      // Any operation settles the group's id, so the voting group hears of the first one.
      if (result.sources.empty())
        result.membership.push_back(*read);
      result.sources[lock->what.header.source].push_back(std::move(*read));
    } else if (const auto* delivered = std::get_if<delivered_promise>(&*read)) {
      result.sources[delivered->what->header.source].push_back(std::move(*read));
    } else if (const auto* imported = std::get_if<imported_promise>(&*read)) {
      result.sources[imported->what.source].push_back(std::move(*read));
    } else if (const auto* answered = std::get_if<answered_promise>(&*read)) {
      result.sources[answered->what.source].push_back(std::move(*read));
    } else if (auto* proof = std::get_if<equivocation_promise>(&*read)) {
      result.equivocations.push_back(std::move(*proof));
    } else if (const auto* covered = std::get_if<covered_promise>(&*read)) {
      result.covered = covered->up_to;
      result.membership.push_back(std::move(*read));
    } else {
      result.membership.push_back(std::move(*read));
    }
  }
  result.readable = !lost || can_be_fetched(result);
  return result;
}

void source_memory::remember(const promise& what) {
  const std::lock_guard hold{mutex_};
  if (const auto* lock = std::get_if<lock_promise>(&what)) {
    // A lock may be stored after the certificate that overtook it.
    if (lock->what.header.sequence >= next())
      locks_[lock->what.header.sequence] = {std::make_shared<const send_message>(lock->what), true};
    return;
  }
  if (const auto* imported = std::get_if<imported_promise>(&what))
    imported_ = *imported;
  if (const auto* answered = std::get_if<answered_promise>(&what))
    answered_ = *answered;
  const auto* done = std::get_if<delivered_promise>(&what);
  if (!done || done->what->header.sequence < next())
    return;
  early_[done->what->header.sequence] = done->what;
  for (auto found = early_.find(next()); found != early_.end(); found = early_.find(next())) {
    locks_.erase(found->first);
    unrecorded_.insert(*found);
    delivered_.push_back(found->second);
    early_.erase(found);
  }
}

void source_memory::begin_lock(const send_ptr& what) {
  const std::lock_guard hold{mutex_};
  if (what->header.sequence >= next())
    locks_[what->header.sequence] = {what, false};
}

void source_memory::end_lock(std::uint64_t sequence, bool stored) {
  const std::lock_guard hold{mutex_};
  const auto found = locks_.find(sequence);
  if (found == locks_.end())
    return; // delivered or covered meanwhile
  if (stored)
    found->second.stored = true;
  else
    locks_.erase(found);
}

void source_memory::forget(std::uint64_t up_to) {
  const std::lock_guard hold{mutex_};
  for (; forgotten_ < up_to && !delivered_.empty(); ++forgotten_)
    delivered_.pop_front();
  forgotten_ = std::max(forgotten_, up_to);
  locks_.erase(locks_.begin(), locks_.upper_bound(up_to));
  early_.erase(early_.begin(), early_.upper_bound(up_to));
  unrecorded_.erase(unrecorded_.begin(), unrecorded_.upper_bound(up_to));
}

void source_memory::replayed() {
  const std::lock_guard hold{mutex_};
  early_.clear();
  unrecorded_.clear();
}

void source_memory::recorded(std::uint64_t sequence) {
  const std::lock_guard hold{mutex_};
  unrecorded_.erase(sequence);
}

std::uint64_t source_memory::recorded_up_to() const {
  const std::lock_guard hold{mutex_};
  return unrecorded_.empty() ? forgotten_ + delivered_.size() : unrecorded_.begin()->first - 1;
}

recollection source_memory::recall() const {
  const std::lock_guard hold{mutex_};
  recollection all;
  all.forgotten = forgotten_;
  for (const auto& done : delivered_)
    all.promises.push_back(delivered_promise{done});
  for (const auto& [sequence, lock] : locks_)
    if (lock.stored)
      all.promises.push_back(lock_promise{*lock.what});
    else
      all.uncertain_locks.push_back(lock.what);
  if (imported_)
    all.promises.push_back(*imported_);
  if (answered_)
    all.promises.push_back(*answered_);
  for (const auto& [sequence, done] : unrecorded_)
    all.unrecorded.push_back(done);
  return all;
}

std::size_t source_memory::open() const {
  const std::lock_guard hold{mutex_};
  return locks_.size();
}

void membership_memory::remember(const promise& what) {
  const std::lock_guard hold{mutex_};
  promises_.push_back(what);
}

std::vector<promise> membership_memory::promises() const {
  const std::lock_guard hold{mutex_};
  return promises_;
}

agreement_memory::agreement_memory(restored_promises from, base_state base, lost_base lost)
  : readable(from.readable), equivocations(std::move(from.equivocations)), lost_(std::move(lost)),
    whole_(lost_.why.empty()) {
  for (const auto& record : from.membership)
    membership->remember(record);
  ordered_ = whole() ? base.delivered() : lost_.covered;
  rebase(std::move(base));
  forget(lost_.covered);
  for (const auto& [source, promises] : from.sources) {
    auto& memory = sources[source];
    if (!memory)
      memory = std::make_shared<source_memory>();
    for (const auto& record : promises)
      memory->remember(record);
    memory->replayed();
  }
}

base_state agreement_memory::base() const {
  const std::lock_guard hold{mutex_};
  return base_;
}

lost_base agreement_memory::lost() const {
  const std::lock_guard hold{mutex_};
  return lost_;
}

std::vector<certificate_ptr> agreement_memory::delivered_since_base() const {
  std::vector<certificate_ptr> all;
  for (const auto& [source, kept] : sources)
    for (const auto& record : kept->promises())
      if (const auto* done = std::get_if<delivered_promise>(&record))
        all.push_back(done->what);
  return all;
}

bool agreement_memory::order_checkpoint(const delivered_vector& covered, const std::function<void()>& order) {
  const std::lock_guard hold{ordering_};
  if (!covers(covered, ordered_))
    return false;
  ordered_ = covered;
  order();
  return true;
}

void agreement_memory::forget(const delivered_vector& covered) {
  for (const auto& [source, sequence] : covered) {
    auto& memory = sources[source];
    if (!memory)
      memory = std::make_shared<source_memory>();
    memory->forget(sequence);
  }
}

void agreement_memory::rebase(base_state to) {
  if (!covers(to.delivered(), base().delivered()) || !covers(to.delivered(), lost().covered))
    return;
  forget(to.delivered());
  const std::lock_guard hold{mutex_};
  lost_ = {};
  whole_ = true;
  base_ = std::move(to);
}

} // namespace troupe::brb
