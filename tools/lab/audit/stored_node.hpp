// SPDX-License-Identifier: BSD-3-Clause
// What a node has on its disk, read without touching it, also that of a node that was killed: the promise log
// is replayed in memory, the records are copied aside. Blocking; one thread.
#pragma once

#include "actors/store/record_store.hpp"
#include "messages/types/peer_id.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::lab {

struct stored_node {
  std::string path;
  peer_id id;
  std::optional<std::string> type;              ///< of the data, if it was recorded
  std::optional<std::string> network;           ///< as configured, if it was recorded
  std::vector<bytes> promises;                  ///< records of the promise log, oldest first
  std::size_t torn_bytes = 0;                   ///< at the log's end: of a write that never finished
  bool compacted = false;                       ///< older promises are said by the records
  std::shared_ptr<store::record_store> records; ///< null: a directory of a troupe without records
};

/// The error says why the directory cannot be read; one in use is refused.
expected<stored_node, explained> read_stored_node(const std::string& path);

} // namespace troupe::lab
