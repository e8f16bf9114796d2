// SPDX-License-Identifier: BSD-3-Clause
// Whether what the nodes of one group have on their disks can be true: nothing damaged, no slot held by two
// operations, deliveries without gaps, every certificate proven by a quorum. Reads only. One thread.
#pragma once

#include "tools/lab/audit/stored_node.hpp"

#include <map>

namespace troupe::lab {

struct audited_node {
  std::string path;
  std::string actor; ///< "i:877dca"
  std::uint64_t promises = 0;
  std::uint64_t records = 0; ///< beside the log
  std::uint64_t torn_bytes = 0;
  bool compacted = false;
  std::map<std::string, std::uint64_t> delivered; ///< by actor: up to this sequence number
};

struct audit_report {
  std::string network; ///< under which signatures were checked
  std::vector<audited_node> nodes;
  std::uint64_t slots = 0;              ///< that any node has locked or delivered
  std::uint64_t certificates = 0;       ///< checked: one for each delivery on each disk
  std::uint64_t unknown_generation = 0; ///< of these, ones whose members no directory knows
  std::vector<std::string> violations;  ///< a line each
};

/// Refuses directories that no one group can have: of one node twice, of different data types or networks.
expected<void, explained> expect_one_group(const std::vector<stored_node>& nodes);

/// The configured name of their network: what they recorded, `given` for those made before it was, or the one
/// that nodes have unless told. Refuses a `given` that is not what they recorded.
expected<std::string, explained> network_of(const std::vector<stored_node>& nodes,
                                            const std::optional<std::string>& given);

/// `network` is the configured name; the data type that is part of it is found out.
audit_report audit(const std::vector<stored_node>& nodes, const std::string& network);

} // namespace troupe::lab
