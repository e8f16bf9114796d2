// SPDX-License-Identifier: BSD-3-Clause
#include "actors/runtime/shell/supervisor_interface.hpp"

#include <optional>

namespace troupe {
namespace {

using supervisor_inside = with_timers<supervisor_handle>;

struct supervisor_state {
  std::optional<supervisor> core;
  static inline const char* name = "supervisor";
};

supervisor_inside::behavior_type supervisor_actor(self_ptr<supervisor_inside, supervisor_state> self,
                                                  node_context context, supervision_options options,
                                                  std::vector<child> children, supervisor_hooks hooks) {
  self->state.core.emplace(self, context, options, std::move(children), std::move(hooks));
  self->state.core->start();
  return {[self](start_child& order) -> reply<caf::strong_actor_ptr> {
            auto started = self->state.core->add(std::move(order.what));
            if (!started)
              return error_of(started.error());
            if (!*started) // it waits for its siblings, or for its backoff after a failed start
              return error_of(runtime_errc::restarting);
            return *started;
          },
          [self, context](const stop_child& order) {
            if (!self->state.core->remove(order.key))
              context.line(log_level::warn, "asked to stop " + order.key + ", which is no child");
          },
          [self](timer_fired fired) { self->state.core->wake(fired); }};
}

} // namespace

supervisor_handle spawn_supervisor(caf::actor_system& system, node_context context,
                                   supervision_options options, std::vector<child> children,
                                   supervisor_hooks hooks) {
  return spawn(system, std::move(context), supervisor_actor, options, std::move(children), std::move(hooks));
}

} // namespace troupe
