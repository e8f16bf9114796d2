// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "actors/store/store_interface.hpp"
#include "actors/runtime/shell/spawn.hpp"
namespace troupe {
persist_handle spawn_instant_store(caf::actor_system& system, node_context context);
}
