// SPDX-License-Identifier: BSD-3-Clause
// The actor that holds the replicated set.
#pragma once

#include "actors/datatype/datatype_interface.hpp"
#include "actors/runtime/shell/spawn.hpp"

namespace troupe::datatype {

datatype_handle spawn_orswot(caf::actor_system& system, node_context context, const peer_id& self);

} // namespace troupe::datatype
