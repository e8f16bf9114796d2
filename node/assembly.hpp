// SPDX-License-Identifier: BSD-3-Clause
// Puts one production node together: identity, promise log, TCP network, supervision tree; and takes it apart
// again in order.
#pragma once

#include "actors/store/data_directory.hpp"
#include "actors/store/store_actor.hpp"
#include "node/change_signal.hpp"
#include "node/config/node_config.hpp"
#include "node/runtime.hpp"
#include "node/tree/node_tree.hpp"
#include "transport/tcp/tcp_network.hpp"

#include <memory>

namespace troupe {

/// The promise log, ready to be appended to, and what it says of an earlier life.
struct opened_store {
  store::store_options options;
  std::shared_ptr<brb::agreement_memory> memory;
  std::vector<known_peer> peers;    ///< whom it knew
  std::vector<std::string> remarks; ///< what was found wrong and mended, for the log
};

class assembly {
public:
  using listening_hook = std::function<void(const std::vector<multiaddr>&)>;

  /// Listens on every configured address before the tree starts. The error is one line for the user.
  static expected<std::unique_ptr<assembly>, explained> make(runtime& on, const node_config& config,
                                                             std::shared_ptr<log_sink> log,
                                                             const listening_hook& listening);
  ~assembly(); ///< stop()
  assembly(const assembly&) = delete;
  assembly& operator=(const assembly&) = delete;

  void stop();

  std::vector<multiaddr> listen_addresses() const; ///< with /p2p
  transport::tcp_network& network() { return *network_; }
  const node_handles& handles() const { return handles_; }
  const peer::peer_counters& counters() const { return *counters_; }
  const signature_counters& signatures() const { return *signatures_; }
  const peer::retained_budget& retained() const { return *retained_; }
  const restart_counters& restarts() const { return *restarts_; }
  const node_context& context() const { return context_; }
  change_signal& changes() { return *changes_; }
  const std::string& type() const { return type_; }
  bool running() const { return running_; }
  const brb::agreement_memory& agreement() const { return *memory_; }

private:
  assembly(node_context context, key_pair key) : context_(std::move(context)), key_(std::move(key)) {}
  expected<void, explained> open_network(const node_config& config);
  void trace_start() const; ///< seed 000 first says hello to itself
  void start_tree(runtime& on, const node_config& config, const opened_store& store);

  node_context context_;
  key_pair key_;
  std::optional<store::data_directory> data_; ///< holds the lock

  std::shared_ptr<transport::tcp_network> network_;
  std::shared_ptr<peer::network_bridge> bridge_;
  std::shared_ptr<io_unit> unit_;
  std::shared_ptr<peer::peer_counters> counters_ = std::make_shared<peer::peer_counters>();
  std::shared_ptr<signature_counters> signatures_ = std::make_shared<signature_counters>();
  std::shared_ptr<peer::retained_budget> retained_;
  std::shared_ptr<restart_counters> restarts_ = std::make_shared<restart_counters>();
  std::shared_ptr<brb::agreement_memory> memory_;
  std::shared_ptr<change_signal> changes_ = std::make_shared<change_signal>();
  std::string type_;
  node_handles handles_;
  bool running_ = false;
};

} // namespace troupe
