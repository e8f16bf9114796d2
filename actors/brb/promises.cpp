// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/promises.hpp"

namespace troupe::brb {

restored_promises replay(std::span<const bytes> records, std::string_view network) {
  restored_promises result;
  for (const auto& record : records) {
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
    } else {
      result.membership.push_back(std::move(*read));
    }
  }
  return result;
}

void source_memory::remember(const promise& what) {
  const std::lock_guard hold{mutex_};
  if (const auto* lock = std::get_if<lock_promise>(&what)) {
    // A lock may be stored after the certificate that overtook it.
    if (lock->what.header.sequence > delivered_.size())
      locks_[lock->what.header.sequence] = lock->what;
  } else if (const auto* done = std::get_if<delivered_promise>(&what)) {
    locks_.erase(done->what->header.sequence);
    if (done->what->header.sequence == delivered_.size() + 1)
      delivered_.push_back(done->what);
  }
}

std::vector<promise> source_memory::promises() const {
  const std::lock_guard hold{mutex_};
  std::vector<promise> result;
  for (const auto& done : delivered_)
    result.push_back(delivered_promise{done});
  for (const auto& [sequence, lock] : locks_)
    result.push_back(lock_promise{lock});
  return result;
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

agreement_memory::agreement_memory(restored_promises from) : readable(from.readable) {
  for (const auto& record : from.membership)
    membership->remember(record);
  for (const auto& [source, promises] : from.sources) {
    auto& memory = sources[source] = std::make_shared<source_memory>();
    for (const auto& record : promises)
      memory->remember(record);
  }
}

} // namespace troupe::brb
