// SPDX-License-Identifier: BSD-3-Clause
// Faults as spans of time, joined where a plot could not show them apart, so that the size of a drawing does
// not depend on how many there were. Pure.
#pragma once

#include "tools/lab/run/run_record.hpp"

namespace troupe::lab {

struct fault_span {
  duration from{};
  duration until{};
  std::size_t faults = 0; ///< joined in it
};

struct fault_row {
  std::string kind;
  std::vector<fault_span> spans; ///< ascending, further apart than the resolution
};

/// Of all faults together.
std::vector<fault_span> joined_spans(const std::vector<fault_record>& faults, duration resolution);
/// One row per kind in the order of their first fault; at most `rows` (> 0), the last then is "others".
std::vector<fault_row> rows_by_kind(const std::vector<fault_record>& faults, duration resolution,
                                    std::size_t rows);

/// The nodes a fault names in its subject ("n1 n2 | n3" and "n1->n3" alike), ascending; empty: it names none,
/// so it is about all.
std::vector<node_index> nodes_of(const fault_record& fault);

} // namespace troupe::lab
