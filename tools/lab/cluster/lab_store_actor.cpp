// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/cluster/lab_store_actor.hpp"

#include "actors/runtime/shell/spawn.hpp"
#include "actors/store/store_actor.hpp"
#include "messages/types/assert.hpp"

#include <deque>

namespace troupe::lab {
namespace {

using inside = with_shell<persist_handle>;

struct store_front_state {
  struct order {
    persist what;
    ticket_taker who;
  };
  std::deque<order> waiting; ///< for the disk to be free
  std::deque<order> written; ///< handed on, in order
  bool busy = false;
  static inline const char* name = "lab store";
};
using self_pointer = inside::stateful_pointer<store_front_state>;

void wait(self_pointer self, const node_context& context, duration span) {
  self->state.busy = true;
  send_after(self, handle<takes<timer_fired>>{self}, span, timer_fired{context.clock->now() + span});
}

void damage(bytes& record, random_stream& rng) {
  if (!record.empty())
    record[static_cast<std::size_t>(rng.below(record.size()))] ^=
      static_cast<std::uint8_t>(1u << static_cast<unsigned>(rng.below(8)));
}

void write(self_pointer self, const persist_handle& disk, record_faults& faults, random_stream& rng) {
  for (auto& order : std::exchange(self->state.waiting, {})) {
    if (faults.refuse) {
      send(self, order.who, persisted{order.what.id, false});
      continue;
    }
    auto record = order.what.record;
    if (faults.flips_left > 0) {
      --faults.flips_left;
      damage(record, rng);
    }
    if (faults.tears_left > 0) {
      --faults.tears_left;
      record.resize(1 + static_cast<std::size_t>(rng.below(record.size())));
    }
    send(self, disk, persist_order{{order.what.id, std::move(record)}, ticket_taker{self}});
    self->state.written.push_back(std::move(order));
  }
}

inside::behavior_type lab_store(self_pointer self, node_context context, lab_store_options options) {
  const auto rng = std::make_shared<random_stream>(context.rng.split("sync"));
  store::store_options below{options.log, "",
                             options.own_thread ? store::placement::own_thread : store::placement::pool};
  const persist_handle disk = store::spawn_store(self->system(), context.named("disk"), std::move(below));
  self->link_to(disk);
  const auto go_on = [=] {
    if (options.sync_max > duration{0})
      wait(self, context,
           duration{
             static_cast<std::int64_t>(rng->below(static_cast<std::uint64_t>(options.sync_max.count())))});
    else
      write(self, disk, *options.faults, *rng);
  };
  return {[=](const persist_order& order) {
            self->state.waiting.push_back({order.what, order.who});
            if (!self->state.busy)
              go_on();
          },
          [=](const persisted& done) {
            TROUPE_ASSERT(!self->state.written.empty() && self->state.written.front().what.id == done.id);
            const auto order = std::move(self->state.written.front());
            self->state.written.pop_front();
            if (done.stored && options.stored)
              options.stored(order.what.record);
            send(self, order.who, done);
          },
          [=](timer_fired) {
            self->state.busy = false;
            write(self, disk, *options.faults, *rng);
          },
          [](const verified&) {}, [](const signed_off&) {}};
}

} // namespace

persist_handle spawn_lab_store(caf::actor_system& system, node_context context, lab_store_options options) {
  return spawn(system, std::move(context), lab_store, std::move(options));
}

} // namespace troupe::lab
