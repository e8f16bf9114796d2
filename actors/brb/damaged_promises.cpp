// SPDX-License-Identifier: BSD-3-Clause
#include "actors/brb/damaged_promises.hpp"

#include "messages/codec/promise_codec.hpp"
#include "messages/codec/promise_seal.hpp"

#include <fmt/format.h>

namespace troupe::brb {

std::vector<std::string> lost_deliveries(std::span<const bytes> records) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < records.size(); ++i)
    if (look_at_seal(records[i]) == promise_seal::lost_delivery)
      lines.push_back(
        fmt::format("[BRB] promise {} is damaged: it said that an operation was delivered, which is "
                    "fetched from the others again",
                    i));
  return lines;
}

std::string unreadable_promise(std::span<const bytes> records, std::string_view network) {
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto seal = look_at_seal(records[i]);
    if (seal == promise_seal::damaged)
      return fmt::format(
        "promise {} of the promise log is damaged: the node would contradict what it has promised (keep the "
        "directory as it is and start with a new one, which has a new key: the group sees a new actor)",
        i);
    if (seal == promise_seal::whole && !decode_promise(records[i], network))
      return fmt::format(
        "promise {} of the promise log cannot be read: a newer troupe may have written it (use that one, or "
        "start with a new data directory)",
        i);
  }
  return "a promise of the promise log is damaged: it said that an operation was delivered, and too many "
         "were delivered "
         "behind it to be fetched again (start with a new data directory)";
}

} // namespace troupe::brb
