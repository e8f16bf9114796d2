// SPDX-License-Identifier: BSD-3-Clause
// Checks of what is left when a run is over, and of what nodes hold on the way.
#pragma once

#include "tools/lab/check/check.hpp"

namespace troupe::lab {

class validity_check final : public check {
public:
  validity_check() : check("validity") {}
  void saw(const observation& what) override;
  void judge(const final_state& end, duration at) override;

private:
  std::map<slot, std::vector<std::string>> happened_; ///< what was delivered anywhere
};

class equal_states_check final : public check {
public:
  equal_states_check() : check("equal-states") {}
  void judge(const final_state& end, duration at) override;
};

class durability_check final : public check {
public:
  durability_check() : check("durability") {}
  void judge(const final_state& end, duration at) override;
};

class bounded_memory_check final : public check {
public:
  bounded_memory_check() : check("bounded-memory") {}
  void look(const cluster& nodes, duration at) override;

private:
  std::size_t most_ = 0;
};

class orphans_check final : public check {
public:
  orphans_check() : check("no-orphans") {}
  void saw(const observation& what) override;
  void judge(const final_state& end, duration at) override;
};

class restart_storm_check final : public check {
public:
  restart_storm_check() : check("no-restart-storm") {}
  void saw(const observation& what) override;

private:
  std::size_t injected_ = 0;
};

/// Caught: a correct node that has vouched for one content of a slot has delivered another. It holds both,
/// each signed by the source.
class expelled_check final : public check {
public:
  expelled_check() : check("equivocators-expelled") {}
  void saw(const observation& what) override;
  void judge(const final_state& end, duration at) override;

private:
  std::map<std::pair<node_index, slot>, digest> vouched_;    ///< by node; of what it has not delivered
  std::map<node_index, std::pair<slot, node_index>> caught_; ///< by source: the first slot, and by whom
};

class liveness_check final : public check {
public:
  liveness_check() : check("liveness") {}
  void judge(const final_state& end, duration at) override;
};

} // namespace troupe::lab
