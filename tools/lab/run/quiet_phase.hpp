// SPDX-License-Identifier: BSD-3-Clause
// Whether all is well after the faults: every correct member knows the same, holds nothing open, and what was
// asked for has come true. Asks all nodes, and compares once their answers are there.
#pragma once

#include "tools/lab/workload/workload.hpp"

namespace troupe::lab {

class quiet_phase {
public:
  static constexpr duration answer_time = std::chrono::milliseconds{1}; ///< between two looks for answers
  static constexpr duration answer_limit = std::chrono::seconds{1};
  static constexpr duration look_every = std::chrono::milliseconds{250};

  quiet_phase(cluster& nodes, std::vector<std::unique_ptr<workload>>& workloads)
    : nodes_(nodes), workloads_(workloads) {}

  void ask();
  bool answered() const;
  /// Empty: all is well. Else what is not, for the first nodes that differ.
  std::string unsettled();
  /// Whether those members that can start are a quorum, when it was last looked.
  bool can_agree() const { return can_agree_; }
  /// The last answers of correct nodes that are up.
  const std::map<node_index, node_status>& status() const { return status_; }

private:
  std::set<node_index> members() const;
  bool quorum_left(const std::set<node_index>& of) const;
  std::string unfinished(node_index node) const;
  std::string differs(node_index node, node_index from) const;
  bool answers_missing() const;

  cluster& nodes_;
  std::vector<std::unique_ptr<workload>>& workloads_;
  struct question {
    std::shared_ptr<node_status> told;
    std::map<slot, digest> delivered; ///< when it was asked: what it tells is about these
  };

  std::map<node_index, question> asked_;
  std::map<node_index, node_status> status_;
  bool can_agree_ = true;
  std::map<node_index, node_memory> memories_; ///< of the same nodes, when they were looked at
};

} // namespace troupe::lab
