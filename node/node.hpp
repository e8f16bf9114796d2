// SPDX-License-Identifier: BSD-3-Clause
// One node: a network, a supervision tree and the operations of seed 000, for the command line, the admin API and for services that
// embed troupe. Many nodes can live in one process on one runtime. All methods may be called from any thread; answers come on a
// thread of the runtime and must not block it.
#pragma once

#include "actors/brb/operations.hpp"
#include "actors/peer/peer_interface.hpp"
#include "actors/runtime/node_context.hpp"
#include "messages/types/multiaddr.hpp"
#include "messages/types/time.hpp"
#include "node/admin/admin_routes.hpp"
#include "node/config/node_config.hpp"
#include "node/runtime.hpp"
#include "transport/protocol.hpp"

#include <functional>
#include <future>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace troupe {

/// A stream of a protocol that troupe itself knows nothing about.
struct open_stream_request {
  peer_id peer;
  std::vector<multiaddr> addresses; ///< where to dial if there is no connection yet
  std::string protocol;
};

class node {
public:
  using outcome = expected<void, explained>;
  template <class T>
  using answer = std::function<void(T)>;

  struct options {
    node_config config;
    std::shared_ptr<log_sink> log;
    /// Called once with the bound addresses, with /p2p, before anything else happens and is logged; may be null.
    std::function<void(const std::vector<multiaddr>&)> listening;
  };

  /// Opens the data directory (or makes a fresh key), listens, and starts the tree. The error is one line for the user.
  static expected<std::unique_ptr<node>, explained> start(runtime& on, options with);
  ~node(); ///< stop()
  node(const node&) = delete;
  node& operator=(const node&) = delete;

  /// Stops the tree in reverse order and closes every connection; takes at most two seconds.
  void stop();

  const peer_id& self() const;
  std::vector<multiaddr> listen_addresses() const; ///< with /p2p
  bool ready() const;                              ///< the tree is up and at least one address is bound

  // ---- operations of seed 000; what each command of the REPL does

  void connect(const multiaddr& to, answer<outcome> done); ///< done: a session is up, or the first attempt failed
  void disconnect(const peer_id& peer);                    ///< and do not dial it again
  void peers(answer<std::vector<peer_status>> done);
  void trust(const peer_id& actor, answer<outcome> done);
  void untrust(const peer_id& actor, answer<outcome> done);
  void join(const peer_id& actor, answer<outcome> done);
  void leave(const peer_id& actor, answer<outcome> done);
  void anti_entropy(const peer_id& with, answer<outcome> done);
  void retry(answer<outcome> done);
  /// done: it is promised and will happen, or (`when` delivered) it has happened here: `read` shows it. Without a
  /// quorum the latter is answered with an error after five seconds, and happens all the same once there is one.
  void add(std::uint64_t element, answer<outcome> done, brb::answer_when when = brb::answer_when::promised);
  void remove(std::uint64_t element, answer<outcome> done, brb::answer_when when = brb::answer_when::promised);
  /// Commands of the data type in order, which may share broadcasts; done: of each why it did not happen, empty = it
  /// did. `when` as for add.
  void execute_all(std::vector<command> what, answer<std::vector<std::string>> done,
                   brb::answer_when when = brb::answer_when::promised);
  void read(answer<std::set<std::uint64_t>> done);
  /// The name of the data type, e.g. "orswot". add, remove and read are of that one.
  const std::string& type() const;
  /// A command of the data type, e.g. {"transfer", {peer id, "5"}}; as add.
  void execute(command what, answer<outcome> done, brb::answer_when when = brb::answer_when::promised);
  /// A question to the data type, e.g. {"balance", {peer id}}; the error is a name.
  void ask_type(command question, answer<expected<std::string, explained>> done);
  void dump(answer<std::string> done);
  void metrics(answer<std::vector<metric>> done);
  /// Blocks until `holds`, which is asked anew whenever the peers, the voters or the set may have changed; false if it does not hold
  /// within `limit`. Never on a thread of the runtime.
  bool wait_until(const std::function<bool()>& holds, duration limit);

  /// One round trip of /ipfs/ping/1.0.0 over the open connection to `peer`.
  void ping(const peer_id& peer, answer<expected<duration, explained>> done);

  // ---- protocols of the embedder

  /// In force when it returns.
  void mount(transport::protocol what);
  void unmount(const std::string& id);
  /// Opens a stream, dialling if need be; the handler hears opened or closed.
  void open_stream(open_stream_request what, transport::lane_handler_ptr handler);

  // ---- actors of the embedder

  /// Takes lane_spec, send_frames, subscribe ...: troupe protocols between actors of two nodes (actors/peer/peer_interface.hpp).
  peer::peers_handle peers_actor() const;
  /// What actors that belong to this node are spawned with.
  const node_context& context() const;

private:
  node();
  struct impl;
  std::unique_ptr<impl> impl_;
};

/// Waits for an answer: `const auto peers = ask([&](auto done) { node.peers(done); })`. Never on a thread of the runtime.
template <class T, class Call>
T ask(Call&& call) {
  auto answered = std::make_shared<std::promise<T>>();
  auto waiting = answered->get_future();
  call([answered](T value) { answered->set_value(std::move(value)); });
  return waiting.get();
}

} // namespace troupe
