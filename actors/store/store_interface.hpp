// SPDX-License-Identifier: BSD-3-Clause
// The typed handles of the store. A machine's shell sends it persist_order{persist{ticket, record}, who};
// `who` hears persisted{ticket, stored} once the record is synced, in the order of the orders; stored ==
// false means that the promise must not leave. What was stored before is replayed by promise_log::open.
// Records beside the log (record_store.hpp) go through the same queue. Aliases only.
#pragma once

#include "actors/runtime/shell/tickets.hpp"
#include "actors/store/promise_log.hpp"
#include "actors/store/record_store.hpp"

#include <string>
#include <variant>
#include <vector>

namespace troupe::store {

/// Changes of records that may be lost: written behind the promises ordered before, not answered.
struct record_order {
  std::vector<record_change> records;
  bool synced = false; ///< durable at once, for what is written rarely; else with the next sync
};

/// What is promised is now said by records: they are written and synced, `says` is appended to the log, and
/// then the promises for which `live` is false leave it. `who` hears persisted{id, stored}; stored == true
/// means that the records are durable, stored == false that nothing was changed. A log that could not be
/// compacted is as it was, which is logged, and the next such order tries again.
struct supersede_order {
  ticket id;
  ticket_taker who;
  std::vector<record_change> records;
  live_test live; ///< called on the store's thread with every promise in the log; must not be null
  bytes says;     ///< what the log keeps of it; empty = nothing
};

/// Request: how the store is doing.
struct get_status {};
struct status {
  std::uint64_t records = 0;     ///< synced, over the log's whole life
  std::uint64_t commits = 0;     ///< syncs since the actor started
  std::uint64_t refused = 0;     ///< orders answered with stored == false since the actor started
  std::uint64_t compactions = 0; ///< of the log since the actor started
  std::string refusing;          ///< why nothing can be promised at all; empty = it can
};

} // namespace troupe::store

template <>
inline constexpr std::string_view troupe::signal_name<troupe::store::record_order> = "store.record_order";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::store::supersede_order> =
  "store.supersede_order";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::store::get_status> = "store.get_status";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::store::status> = "store.status";

namespace troupe::store {

/// What stands for a store before machines: the production one, or one that is slow or fails. Converts to
/// persist_handle, which is all that most of them see of it.
using orders_handle = handle<takes<persist_order>, takes<record_order>, takes<supersede_order>>;
/// One of them, for who passes them on.
using any_order = std::variant<persist_order, record_order, supersede_order>;
using store_handle = orders_handle::extend<answers<status, get_status>>;

using messages = message_list<record_order, supersede_order, get_status, status>;

} // namespace troupe::store
