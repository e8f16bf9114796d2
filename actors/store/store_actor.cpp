// SPDX-License-Identifier: BSD-3-Clause
#include "actors/store/store_actor.hpp"

#include "actors/runtime/shell/spawn.hpp"
#include "messages/types/assert.hpp"

#include <caf/actor_system.hpp>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace troupe::store {
namespace {

/// Behind the orders that wait already, so that one sync serves them all.
struct commit_group {};

} // namespace
} // namespace troupe::store

template <>
inline constexpr std::string_view troupe::signal_name<troupe::store::commit_group> = "store.commit_group";

namespace troupe::store {
namespace {

using inside = store_handle::extend<takes<commit_group>>;

struct store_state {
  struct waiting {
    ticket id;
    ticket_taker who;
  };
  std::vector<waiting> group;         ///< in the order of their records
  std::vector<bytes> records;         ///< to be synced together
  std::vector<record_change> changes; ///< of records, ordered behind them
  bool sync_changes = false;
  status now;
  static inline const char* name = "store";
};

using self_pointer = inside::stateful_pointer<store_state>;

void answer(self_pointer self, const store_state::waiting& order, bool stored) {
  if (!stored)
    ++self->state.now.refused;
  send(self, order.who, persisted{order.id, stored});
}

void log_failure(const node_context& context, const char* what, store_errc why) {
  context.line(log_level::error, std::string{what} + " could not be written: " + describe(why));
}

void write_records(self_pointer self, const node_context& context, const store_options& options) {
  const auto changes = std::exchange(self->state.changes, {});
  const bool synced = std::exchange(self->state.sync_changes, false);
  if (changes.empty())
    return;
  if (!options.records)
    return log_failure(context, "records", store_errc::io_failed);
  auto done = options.records->write(changes);
  if (done && synced)
    done = options.records->sync();
  if (!done)
    log_failure(context, "records", done.error());
}

void commit_promises(self_pointer self, const node_context& context, promise_journal& log) {
  auto& state = self->state;
  if (state.group.empty())
    return;
  const auto synced = log.append(state.records);
  state.records.clear();
  if (!synced)
    context.line(log_level::error,
                 std::string{"the promise log could not be written: "} + describe(synced.error()));
  if (log.failed())
    state.now.refusing = describe(store_errc::log_failed);
  ++state.now.commits;
  state.now.records = log.records();
  for (const auto& order : std::exchange(state.group, {}))
    answer(self, order, synced.has_value());
}

void commit(self_pointer self, const node_context& context, const store_options& options) {
  if (options.log)
    commit_promises(self, context, *options.log);
  write_records(self, context, options);
}

void take(self_pointer self, const node_context& context, const store_options& options,
          const persist_order& order) {
  auto& state = self->state;
  const auto& record = order.what.record;
  if (!state.now.refusing.empty() || record.empty() || record.size() > record_size_max) {
    // Whoever came before is answered before.
    commit(self, context, options);
    return answer(self, {order.what.id, order.who}, false);
  }
  state.group.push_back({order.what.id, order.who});
  state.records.push_back(record);
  if (state.group.size() == 1)
    send(self, handle<takes<commit_group>>{self}, commit_group{});
  if (state.group.size() == group_max)
    commit(self, context, options);
}

// A record never gets to the disk before the promises ordered before it.
void take(self_pointer self, const node_context& context, const store_options& options, record_order order) {
  auto& changes = self->state.changes;
  std::ranges::move(order.records, std::back_inserter(changes));
  self->state.sync_changes |= order.synced;
  if (self->state.group.empty())
    write_records(self, context, options);
}

void take(self_pointer self, const node_context& context, const store_options& options,
          const supersede_order& order) {
  commit(self, context, options);
  const store_state::waiting asker{order.id, order.who};
  if (!self->state.now.refusing.empty() || !options.records)
    return answer(self, asker, false);
  auto done = options.records->write(order.records);
  if (done)
    done = options.records->sync();
  if (!done) {
    log_failure(context, "records", done.error());
    return answer(self, asker, false);
  }
  auto compacted = order.says.empty() ? done : options.log->append({order.says});
  if (compacted)
    compacted = options.log->compact(order.live);
  if (compacted)
    ++self->state.now.compactions;
  else
    log_failure(context, "a compaction of the promise log", compacted.error());
  if (options.log->failed())
    self->state.now.refusing = describe(store_errc::log_failed);
  self->state.now.records = options.log->records();
  answer(self, asker, true);
}

inside::behavior_type store_actor(self_pointer self, node_context context, store_options options) {
  TROUPE_ASSERT(options.log || !options.refusing.empty());
  self->state.now.refusing = options.refusing;
  if (options.log)
    self->state.now.records = options.log->records();
  return {[=](const persist_order& order) { take(self, context, options, order); },
          [=](const record_order& order) { take(self, context, options, order); },
          [=](const supersede_order& order) { take(self, context, options, order); },
          [self](const get_status&) { return self->state.now; },
          [=](const commit_group&) { commit(self, context, options); }};
}

} // namespace

store_handle spawn_store(caf::actor_system& system, node_context context, store_options options) {
  if (options.where == placement::pool)
    return spawn(system, std::move(context), store_actor, std::move(options));
  using wrapped = guarded_behaviour<decltype(&store_actor), store_options>;
  return system.spawn<caf::detached>(wrapped{&store_actor, std::move(context), std::move(options)});
}

} // namespace troupe::store
