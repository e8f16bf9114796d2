// SPDX-License-Identifier: BSD-3-Clause
// What the lives of liars and of other algorithms have in common: the production peers below, one actor
// above, both under one supervisor. It keeps nothing on the node's disk.
#pragma once

#include "actors/peer/peers_actor.hpp"
#include "actors/runtime/shell/proxy.hpp"
#include "actors/runtime/shell/supervisor_interface.hpp"
#include "tools/lab/cluster/node_life.hpp"

#include <atomic>

namespace troupe::lab {

class peers_life : public node_life {
public:
  explicit peers_life(life_options options) : options_(std::move(options)) {}

  void join(node_index, answered) override {}
  void leave(node_index, answered) override {}
  std::uint64_t dials() const override { return counters_->dials; }
  std::vector<std::uint64_t> roots() const override;
  caf::actor_addr store() const override { return {}; }
  void stop() override;
  bool ended() const override { return *ended_; }
  void kill() override;

protected:
  const life_options& options() const { return options_; }
  /// What the peers start with; lanes are added with `mount`.
  peer::peers_options peers_options() const;
  void mount(peer::peers_options& on, peer::lane_spec lane) const;
  /// Starts the peers, then `above` on their address, and connects.
  void start(peer::peers_options how, std::function<child(const peer::peers_handle&)> above);
  /// The address of the actor above.
  template <class Handle>
  Handle address(std::string_view name) const {
    return spawn_proxy<Handle>(options_.at->system(), options_.context.named(name));
  }

private:
  life_options options_;
  std::shared_ptr<peer::peer_counters> counters_ = std::make_shared<peer::peer_counters>();
  std::shared_ptr<std::atomic<bool>> ended_ = std::make_shared<std::atomic<bool>>(false);
  supervisor_handle root_;
};

} // namespace troupe::lab
