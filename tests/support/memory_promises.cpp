// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/memory_promises.hpp"

#include "actors/runtime/shell/spawn.hpp"

namespace troupe::test {
namespace {

using inside = with_timers<persist_handle>;

constexpr std::uint64_t commit_max_us = 3000; // as a disk's sync takes

struct state {
  std::vector<persist_order> staged;
  bool committing = false;
};

inside::behavior_type memory_promises(self_ptr<inside, state> self, node_context context,
                                      std::shared_ptr<promise_records> disk) {
  const auto rng = std::make_shared<random_stream>(context.rng.split("commit"));
  return {[=](const persist_order& order) {
            self->state.staged.push_back(order);
            if (std::exchange(self->state.committing, true))
              return;
            const std::chrono::microseconds wait{rng->below(commit_max_us)};
            send_after(self, handle<takes<timer_fired>>{self}, wait,
                       timer_fired{context.clock->now() + wait});
          },
          [=](timer_fired) {
            self->state.committing = false;
            for (auto& order : std::exchange(self->state.staged, {})) {
              disk->records.push_back(std::move(order.what.record));
              send(self, order.who, persisted{order.what.id, true});
            }
          }};
}

} // namespace

persist_handle spawn_memory_promises(caf::actor_system& system, node_context context,
                                     std::shared_ptr<promise_records> disk) {
  return spawn(system, std::move(context), memory_promises, std::move(disk));
}

} // namespace troupe::test
