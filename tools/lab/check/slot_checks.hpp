// SPDX-License-Identifier: BSD-3-Clause
// Checks of what nodes say and deliver, slot by slot.
#pragma once

#include "tools/lab/check/check.hpp"

#include <unordered_map>

namespace troupe::lab {

/// For tables that are looked up and never iterated.
struct slot_hash {
  std::size_t operator()(const slot& of) const { return (*this)(std::pair{node_index{0}, of}); }
  std::size_t operator()(const std::pair<node_index, slot>& of) const {
    const auto mixed = (of.second.sequence * 0x9e3779b97f4a7c15ull) ^
                       ((std::uint64_t{of.first} << 32 | of.second.source) * 0xc2b2ae3d27d4eb4full);
    return static_cast<std::size_t>(mixed ^ mixed >> 32);
  }
};

class agreement_check final : public check {
public:
  agreement_check() : check("agreement") {}
  void saw(const observation& what) override;

private:
  std::unordered_map<slot, std::pair<digest, node_index>, slot_hash> delivered_;
};

class double_echo_check final : public check {
public:
  double_echo_check() : check("no-double-echo") {}
  void saw(const observation& what) override;

private:
  void vouches(const observation& what, const slot& where, const digest& content);
  std::unordered_map<std::pair<node_index, slot>, digest, slot_hash> vouched_;
};

class locked_first_check final : public check {
public:
  locked_first_check() : check("locked-first") {}
  void saw(const observation& what) override;

private:
  /// Of correct nodes one content each, so the list is short.
  std::unordered_map<std::pair<node_index, slot>, std::vector<digest>, slot_hash> locked_;
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
  std::map<std::pair<node_index, digest>, node_index>
    counted_; ///< votes in decisions, and who decided by them
};

} // namespace troupe::lab
