// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/slow_store.hpp"

#include "actors/runtime/shell/spawn.hpp"

#include <deque>

namespace troupe::test {
namespace {

using inside = with_timers<persist_handle>;

constexpr std::uint64_t sync_max_us = 3000; // as a disk's sync takes

struct state {
  std::deque<persist_order> staged;
  bool syncing = false;
  static inline const char* name = "slow store";
};

inside::behavior_type slow_store(self_ptr<inside, state> self, node_context context,
                                 std::shared_ptr<store::promise_log> log) {
  const auto rng = std::make_shared<random_stream>(context.rng.split("sync"));
  store::store_options options{std::move(log), "", store::placement::pool};
  const auto disk = store::spawn_store(self->system(), context, std::move(options));
  self->link_to(disk);
  return {[=](const persist_order& order) {
            self->state.staged.push_back(order);
            if (std::exchange(self->state.syncing, true))
              return;
            const std::chrono::microseconds wait{rng->below(sync_max_us)};
            send_after(self, handle<takes<timer_fired>>{self}, wait,
                       timer_fired{context.clock->now() + wait});
          },
          [=](timer_fired) {
            self->state.syncing = false;
            for (auto& order : std::exchange(self->state.staged, {}))
              send(self, disk, std::move(order));
          }};
}

} // namespace

persist_handle spawn_slow_store(caf::actor_system& system, node_context context,
                                std::shared_ptr<store::promise_log> log) {
  return spawn(system, std::move(context), slow_store, std::move(log));
}

} // namespace troupe::test
