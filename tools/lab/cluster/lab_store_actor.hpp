// SPDX-License-Identifier: BSD-3-Clause
// The store of a laboratory node: the production store on the node's disk, and, where disks take their time,
// an actor in front of it that lets orders wait as long as a sync does. A crash of either takes both down.
#pragma once

#include "actors/runtime/node_context.hpp"
#include "actors/store/store_interface.hpp"
#include "messages/types/time.hpp"
#include "tools/lab/cluster/lab_journal.hpp"

namespace troupe::lab {

struct lab_store_options {
  std::shared_ptr<store::promise_log> log;
  std::shared_ptr<record_faults> faults = std::make_shared<record_faults>();
  duration sync_max{}; ///< each commit takes up to so long; 0 = none, as on a real disk
  bool own_thread = false;
  record_told stored; ///< may be null
  std::shared_ptr<store::record_store> records = nullptr;
};

store::orders_handle spawn_lab_store(caf::actor_system& system, node_context context,
                                     lab_store_options options);

} // namespace troupe::lab
