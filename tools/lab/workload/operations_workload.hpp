// SPDX-License-Identifier: BSD-3-Clause
// Additions and removals at random times on random nodes.
#pragma once

#include "tools/lab/workload/workload.hpp"

namespace troupe::lab {

class operations_workload final : public workload {
public:
  operations_workload(const operations_spec& spec, workload_options options)
    : workload(std::move(options)), spec_(spec), liars_rng_(options_.rng.split("liars")) {}

  void start() override { plan_next(options_.load_from); }
  bool done() const override { return asked_ == spec_.count; }
  std::string missing(const std::map<node_index, node_status>&) override { return {}; }
  void add_operations(std::vector<operation_record>& to) const override;

private:
  void plan_next(duration from);
  void ask();
  void ask_liars();

  const operations_spec& spec_;
  random_stream liars_rng_;
  std::uint32_t asked_ = 0;
  std::deque<std::shared_ptr<operation_record>> operations_;
};

} // namespace troupe::lab
