// SPDX-License-Identifier: BSD-3-Clause
// A checkpoint in the record store, and which promises are still binding behind it. Pure. Source: spec: brb
// 8.4 points 8 and 9.
#pragma once

#include "actors/brb/promises.hpp"
#include "actors/store/promise_log.hpp"
#include "actors/store/record_store.hpp"

#include <functional>
#include <string>
#include <vector>

namespace troupe::brb {

/// What a record store keeps of it, in place of the one before.
std::vector<store::record_change> records_of(const base_state& base);

/// The proof alone. Null = there is none yet.
expected<checkpoint_ptr, explained> read_proof(store::record_store& from);
/// Nothing = there is none yet. The error says what is damaged.
expected<base_state, explained> read_base(store::record_store& from, const known_data_type& type);

/// What a node remembers of its earlier lives: its promises behind its last checkpoint. A damaged checkpoint
/// is of no account while the log still has everything it is about; else it is `lost`, if the log says how
/// far it went. The error says what cannot be read.
expected<std::shared_ptr<agreement_memory>, explained> remembered(const store::opened_promises& log,
                                                                  store::record_store& records,
                                                                  const known_data_type& type,
                                                                  std::string_view network);

/// False for locks and deliveries of slots that `covered` has delivered, and for what earlier checkpoints
/// covered. Promises of other kinds bind for ever.
std::function<bool(byte_view record)> still_binding(delivered_vector covered);

} // namespace troupe::brb
