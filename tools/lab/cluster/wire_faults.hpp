// SPDX-License-Identifier: BSD-3-Clause
// What the laboratory can do to the connections of a venue. On real sockets a direction cannot be cut alone:
// a cut is then one of both.
#pragma once

#include "tools/lab/run/run_record.hpp"

namespace troupe::lab {

class wire_faults {
public:
  virtual ~wire_faults() = default;

  /// Nothing from `from` reaches `to` until healed.
  virtual void cut(node_index from, node_index to) = 0;
  virtual void heal(node_index from, node_index to) = 0;
  virtual void heal_all() = 0;
  /// Every connection of the two ends at once.
  virtual void break_links(node_index a, node_index b) = 0;
  virtual void refuse_dials(node_index from, node_index to) = 0;
  virtual void accept_dials(node_index from, node_index to) = 0;
};

} // namespace troupe::lab
