// SPDX-License-Identifier: BSD-3-Clause
// Checks of what nodes say and deliver, slot by slot.
#pragma once

#include "tools/lab/check/check.hpp"

namespace troupe::lab {

class agreement_check final : public check {
public:
  agreement_check() : check("agreement") {}
  void saw(const observation& what) override;

private:
  std::map<slot, std::pair<digest, node_index>> delivered_;
};

class double_echo_check final : public check {
public:
  double_echo_check() : check("no-double-echo") {}
  void saw(const observation& what) override;

private:
  void vouches(const observation& what, const slot& where, const digest& content);
  std::map<std::pair<node_index, slot>, digest> vouched_;
};

class locked_first_check final : public check {
public:
  locked_first_check() : check("locked-first") {}
  void saw(const observation& what) override;

private:
  std::set<std::tuple<node_index, slot, digest>> locked_;
  std::size_t echoes_ = 0;
};

class source_order_check final : public check {
public:
  source_order_check() : check("source-order") {}
  void saw(const observation& what) override;

private:
  std::map<std::pair<node_index, node_index>, std::uint64_t> last_; ///< by node and source
  std::size_t deliveries_ = 0;
};

class membership_check final : public check {
public:
  membership_check() : check("membership-agreement") {}
  void saw(const observation& what) override;
  void judge(const final_state& end, duration at) override;

private:
  std::map<std::uint64_t, std::pair<digest, node_index>> decided_;
};

/// Votes of liars may be anybody's guess: only those of correct voters are looked up.
class votes_cast_check final : public check {
public:
  votes_cast_check() : check("votes-cast") {}
  void saw(const observation& what) override;
  void judge(const final_state& end, duration at) override;

private:
  std::set<std::pair<node_index, digest>> cast_;
  std::map<std::pair<node_index, digest>, node_index> counted_; ///< votes in decisions, and who decided by them
};

} // namespace troupe::lab
