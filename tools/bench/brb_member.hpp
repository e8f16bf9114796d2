// SPDX-License-Identifier: BSD-3-Clause
// A node as `troupe node` runs it, under load: troupe's own broadcast, register data type.
#pragma once

#include "node/node.hpp"
#include "tools/bench/group_member.hpp"

#include <memory>

namespace troupe::bench {

class brb_member final : public group_member {
public:
  /// Throws std::runtime_error with one line for the user if the node does not start.
  brb_member(runtime& on, const member_options& options);

  multiaddr address() const override { return node_->listen_addresses().front(); }
  void meet(const std::vector<multiaddr>& everybody) override;
  appetite full_load() const override;
  void ask(std::size_t commands, std::function<void(std::size_t refused)> done) override;
  member_counts counts() override;

  /// What it reads, and whether it comes to read that.
  std::string read();
  bool reach(const std::string& value);
  /// The joiner's side, then the side of the member that proposes it.
  void connect(const multiaddr& to);
  void propose(const peer_id& joiner);

private:
  member_options options_;
  std::unique_ptr<node> node_;
};

/// Connects to those with a smaller id, and waits until all of them are in session. Throws if that does not
/// come.
void find_one_another(node& self, const std::vector<multiaddr>& everybody);
/// A node's metrics that are counted here; `frames`, `made` and `checked` of all its protocols.
member_counts counts_of(node& self);

} // namespace troupe::bench
