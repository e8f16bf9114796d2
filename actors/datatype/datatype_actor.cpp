// SPDX-License-Identifier: BSD-3-Clause
#include "actors/datatype/datatype_interface.hpp"

#include "actors/datatype/orswot.hpp"
#include "actors/runtime/shell/spawn.hpp"

namespace troupe::datatype {
namespace {

struct state {
  std::optional<orswot::replica> set;
  static inline const char* name = "datatype";
};

datatype_handle::behavior_type datatype_actor(self_ptr<datatype_handle, state> self, node_context,
                                              peer_id owner) {
  self->state.set.emplace(owner);
  return {[self](const validate_operation& ask) {
            charged_to(ask.source, [&] {
              send(self, ask.who,
                   brb::validated{ask.what.id, self->state.set->validate(ask.source, ask.what.operation,
                                                                         ask.what.before)});
            });
          },
          [self](const prepare_operation& ask) {
            send(self, ask.who,
                 brb::prepared{ask.what.id,
                               self->state.set->prepare(ask.what.action, ask.what.value, ask.what.before)});
          },
          [self](const apply_operation& agreed) {
            self->state.set->apply(agreed.what->header.source, agreed.what->payload);
          },
          [self, owner](const reset_data& anew) {
            self->state.set.emplace(owner);
            for (const auto& agreed : anew.delivered)
              self->state.set->apply(agreed->header.source, agreed->payload);
          },
          [self](const read_value&) {
            return value_read{self->state.set->read(), self->state.set->values()};
          }};
}

} // namespace

datatype_handle spawn_orswot(caf::actor_system& system, node_context context, const peer_id& self) {
  return spawn(system, std::move(context), datatype_actor, self);
}

} // namespace troupe::datatype
