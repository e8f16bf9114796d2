// SPDX-License-Identifier: BSD-3-Clause
// Changes of the voting group: proposals by members, repeated once all is quiet until they have come true;
// or, where the algorithm has no voting of its own, a new group installed on one node after the other.
#pragma once

#include "tools/lab/workload/workload.hpp"

#include <map>
#include <memory>

namespace troupe::lab {

class membership_workload final : public workload {
public:
  membership_workload(const membership_spec& spec, workload_options options);

  void start() override;
  bool done() const override { return next_ == changes_.size(); }
  std::string missing(const std::map<node_index, node_status>& status) override;

private:
  struct change {
    bool joins;
    node_index whom;
  };

  void plan_next(duration when);
  void propose(const change& what);
  void install(const change& what);
  std::string refusal(node_index whom) const; ///< " (MembersAtCapacity)", or empty

  const membership_spec& spec_;
  std::vector<change> changes_;
  std::size_t next_ = 0;
  std::set<node_index> members_;
  /// Why the last proposal about a node was refused; answers may come when this is gone.
  std::shared_ptr<std::map<node_index, std::string>> refusals_ =
    std::make_shared<std::map<node_index, std::string>>();
};

} // namespace troupe::lab
