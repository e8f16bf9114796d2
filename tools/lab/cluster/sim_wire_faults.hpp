// SPDX-License-Identifier: BSD-3-Clause
// The faults of the simulated network, by node number.
#pragma once

#include "tools/lab/cluster/directory.hpp"
#include "tools/lab/cluster/wire_faults.hpp"
#include "transport/sim/sim_world.hpp"

#include <memory>

namespace troupe::lab {

class sim_wire_faults final : public wire_faults {
public:
  sim_wire_faults(transport::sim_world& world, std::shared_ptr<const directory> nodes)
    : world_(world), nodes_(std::move(nodes)) {}

  void cut(node_index from, node_index to) override { world_.cut(id(from), id(to)); }
  void heal(node_index from, node_index to) override { world_.heal(id(from), id(to)); }
  void heal_all() override { world_.heal_all(); }
  void break_links(node_index a, node_index b) override { world_.break_links(id(a), id(b)); }
  void refuse_dials(node_index from, node_index to) override { world_.refuse_dials(id(from), id(to)); }
  void accept_dials(node_index from, node_index to) override { world_.accept_dials(id(from), id(to)); }

private:
  const peer_id& id(node_index which) const { return nodes_->id(which); }

  transport::sim_world& world_;
  std::shared_ptr<const directory> nodes_;
};

} // namespace troupe::lab
