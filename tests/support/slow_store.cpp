// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/slow_store.hpp"

#include "actors/runtime/shell/spawn.hpp"

#include <deque>

namespace troupe::test {
namespace {

using inside = with_timers<store::orders_handle>;

constexpr std::uint64_t sync_max_us = 3000; // as a disk's sync takes

struct state {
  std::deque<store::any_order> staged;
  bool syncing = false;
  static inline const char* name = "slow store";
};

inside::behavior_type slow_store(self_ptr<inside, state> self, node_context context,
                                 std::shared_ptr<store::promise_log> log,
                                 std::shared_ptr<store::record_store> records) {
  const auto rng = std::make_shared<random_stream>(context.rng.split("sync"));
  store::store_options options{std::move(log), "", store::placement::pool, std::move(records)};
  const auto disk = store::spawn_store(self->system(), context, std::move(options));
  self->link_to(disk);
  const auto stage = [=](store::any_order order) {
    self->state.staged.push_back(std::move(order));
    if (std::exchange(self->state.syncing, true))
      return;
    const std::chrono::microseconds wait{rng->below(sync_max_us)};
    send_after(self, handle<takes<timer_fired>>{self}, wait, timer_fired{context.clock->now() + wait});
  };
  return {[=](const persist_order& order) { stage(order); },
          [=](const store::record_order& order) { stage(order); },
          [=](const store::supersede_order& order) { stage(order); },
          [=](timer_fired) {
            self->state.syncing = false;
            for (auto& order : std::exchange(self->state.staged, {}))
              std::visit([&](auto& one) { send(self, disk, std::move(one)); }, order);
          }};
}

} // namespace

store::orders_handle spawn_slow_store(caf::actor_system& system, node_context context,
                                      std::shared_ptr<store::promise_log> log,
                                      std::shared_ptr<store::record_store> records) {
  return spawn(system, std::move(context), slow_store, std::move(log), std::move(records));
}

} // namespace troupe::test
