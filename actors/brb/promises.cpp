// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/promises.hpp"

#include <algorithm>

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

void compact(std::vector<promise>& of_one_source) {
  std::uint64_t delivered = 0;
  for (const auto& record : of_one_source)
    if (const auto* done = std::get_if<delivered_promise>(&record))
      delivered = std::max(delivered, done->what->header.sequence);
  std::erase_if(of_one_source, [&](const promise& record) {
    const auto* lock = std::get_if<lock_promise>(&record);
    return lock && lock->what.header.sequence <= delivered;
  });
}

} // namespace troupe::brb
