// SPDX-License-Identifier: BSD-3-Clause
// brb 1.0.10 on troupe's sessions: the laboratory's port of it, above the network and the peers of a node
// whose own broadcast stays idle, and with the signatures every troupe node uses. As in the original nothing
// is stored, a source has one operation under way, and nothing is sent again unless the user asks for it: on
// sessions, which lose nothing, nobody needs to. Source: spec: brb 2.
#pragma once

#include "node/node.hpp"
#include "tools/bench/group_member.hpp"

#include <memory>

namespace troupe::bench {

class original_member final : public group_member {
public:
  /// Throws std::runtime_error with one line for the user if the node does not start.
  original_member(runtime& on, const member_options& options);
  ~original_member() override;

  multiaddr address() const override { return node_->listen_addresses().front(); }
  void meet(const std::vector<multiaddr>& everybody) override;
  appetite full_load() const override { return {}; }
  /// Commands wait here while one is under way.
  void ask(std::size_t commands, std::function<void(std::size_t refused)> done) override;
  member_counts counts() override;

private:
  struct part;

  runtime& on_;
  member_options options_;
  std::unique_ptr<node> node_;
  std::shared_ptr<part> part_;
};

} // namespace troupe::bench
