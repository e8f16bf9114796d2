// SPDX-License-Identifier: BSD-3-Clause
// What users do in a run: a workload puts its requests on the agenda, hears the answers, and says what it
// saw.
#pragma once

#include "tools/lab/cluster/cluster.hpp"
#include "tools/lab/run/agenda.hpp"

#include <deque>
#include <memory>
#include <vector>

namespace troupe::lab {

struct workload_options {
  const scenario* what = nullptr;
  cluster* nodes = nullptr;
  agenda* plan = nullptr;
  random_stream rng{0};
  duration load_from{};
};

class workload {
public:
  explicit workload(workload_options options) : options_(std::move(options)) {}
  virtual ~workload() = default;
  workload(const workload&) = delete;
  workload& operator=(const workload&) = delete;

  /// Puts the first request on the agenda.
  virtual void start() = 0;
  /// Everything has been asked; answers may still be missing.
  virtual bool done() const = 0;
  /// In the quiet phase, with what the correct nodes say now: what is still missing, or empty. May ask again.
  virtual std::string missing(const std::map<node_index, node_status>& status) = 0;
  virtual void add_operations(std::vector<operation_record>&) const {}

protected:
  duration now() const { return options_.nodes->at().now(); }
  /// A correct node that is up, of `of` or of all.
  std::optional<node_index> somebody(const std::vector<node_index>& of);

  workload_options options_;
};

/// `spec` outlives the workload.
std::unique_ptr<workload> make_workload(const workload_spec& spec, workload_options options);

} // namespace troupe::lab
