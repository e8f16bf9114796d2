// SPDX-License-Identifier: BSD-3-Clause
// The typed handle of the store. A machine's shell sends it persist_order{persist{ticket, record}, who};
// `who` hears persisted{ticket, stored} once the record is synced, in the order of the orders; stored ==
// false means that the promise must not leave. What was stored before is replayed by promise_log::open.
// Aliases only.
#pragma once

#include "actors/runtime/shell/tickets.hpp"

#include <string>

namespace troupe::store {

/// Request: how the store is doing.
struct get_status {};
struct status {
  std::uint64_t records = 0; ///< synced, over the log's whole life
  std::uint64_t commits = 0; ///< syncs since the actor started
  std::uint64_t refused = 0; ///< orders answered with stored == false since the actor started
  std::string refusing;      ///< why nothing can be promised at all; empty = it can
};

} // namespace troupe::store

template <>
inline constexpr std::string_view troupe::signal_name<troupe::store::get_status> = "store.get_status";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::store::status> = "store.status";

namespace troupe::store {

/// Converts to persist_handle, which is all that machines see of it.
using store_handle = handle<takes<persist_order>, answers<status, get_status>>;

using messages = message_list<get_status, status>;

} // namespace troupe::store
