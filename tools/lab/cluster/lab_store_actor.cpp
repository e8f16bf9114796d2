// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/cluster/lab_store_actor.hpp"

#include "actors/runtime/shell/spawn.hpp"
#include "actors/store/store_actor.hpp"

namespace troupe::lab {
namespace {

using inside = with_timers<store::orders_handle>;

struct slow_disk_state {
  std::vector<store::any_order> waiting; ///< for the disk to be free
  random_stream rng{0};
  static inline const char* name = "lab store";
};

inside::behavior_type slow_disk(self_ptr<inside, slow_disk_state> self, node_context context,
                                store::store_options below, duration sync_max) {
  self->state.rng = context.rng.split("sync");
  const store::orders_handle disk =
    store::spawn_store(self->system(), context.named("disk"), std::move(below));
  self->link_to(disk);
  const auto wait = [=](store::any_order order) {
    self->state.waiting.push_back(std::move(order));
    if (self->state.waiting.size() > 1)
      return;
    const duration span{
      static_cast<std::int64_t>(self->state.rng.below(static_cast<std::uint64_t>(sync_max.count())))};
    send_after(self, handle<takes<timer_fired>>{self}, span, timer_fired{context.clock->now() + span});
  };
  return {[=](const persist_order& order) { wait(order); },
          [=](const store::record_order& order) { wait(order); },
          [=](const store::supersede_order& order) { wait(order); },
          [=](timer_fired) {
            for (auto& order : std::exchange(self->state.waiting, {}))
              std::visit([&](auto& one) { send(self, disk, std::move(one)); }, order);
          }};
}

} // namespace

store::orders_handle spawn_lab_store(caf::actor_system& system, node_context context,
                                     lab_store_options options) {
  store::store_options below{std::make_shared<lab_journal>(std::move(options.log), std::move(options.faults),
                                                           context.rng.split("faults"),
                                                           std::move(options.stored)),
                             "", options.own_thread ? store::placement::own_thread : store::placement::pool,
                             std::move(options.records)};
  if (options.sync_max > duration{0})
    return spawn(system, std::move(context), slow_disk, std::move(below), options.sync_max);
  return store::spawn_store(system, std::move(context), std::move(below));
}

} // namespace troupe::lab
