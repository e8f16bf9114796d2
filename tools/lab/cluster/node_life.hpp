// SPDX-License-Identifier: BSD-3-Clause
// One life of a node, from its start on what its disk holds until it is stopped or killed. What lives above
// the peers differs: troupe's own agreement (agreement_life), another algorithm (broadcast_life), or somebody
// who lies (role_life); below, all are the production actors. All calls on the laboratory's thread; answers
// come there too.
#pragma once

#include "actors/runtime/node_context.hpp"
#include "actors/runtime/shell/tickets.hpp"
#include "tools/lab/cluster/directory.hpp"
#include "tools/lab/cluster/disk.hpp"
#include "tools/lab/cluster/slot_digests.hpp"
#include "tools/lab/cluster/tunables.hpp"
#include "tools/lab/cluster/venue.hpp"
#include "tools/lab/scenario/scenario.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace troupe::lab {

inline const std::string lab_network_id = "lab";

/// What a user asks of a node.
struct command {
  std::string action; ///< "add" or "remove"
  std::uint64_t value = 0;
  answer_kind answered = answer_kind::delivered;
};
std::string text(const command& what); ///< "add 3"

/// Empty: it is done (or promised); else the error's name, or no_answer.
using answered = std::function<void(const std::string& error)>;
inline const std::string no_answer = "no answer";

/// What a node says of itself.
struct node_status {
  std::optional<std::uint64_t> generation;
  std::map<std::uint64_t, std::set<node_index>> members; ///< by generation, as far as it knows them
  std::optional<std::string> value;                      ///< of its data type
};

/// What a node holds in memory, looked up without asking its actors.
struct node_memory {
  std::map<slot, digest> delivered;
  std::map<slot, digest> open; ///< locked and not delivered
  std::size_t pending = 0;     ///< operations of its own that are not finished
  std::size_t unrecorded = 0;  ///< deliveries whose records are not synced yet
};

/// How much of it there is that should not grow; cheap, as it is asked again and again.
struct node_backlog {
  std::map<node_index, std::size_t> open; ///< slots that are locked and not delivered, by source
  std::size_t pending = 0;                ///< as in node_memory
};

/// An operation with this text in it throws in the handler that takes it, on nodes that are `crashable`.
constexpr std::string_view crashing_payload = "troupe lab: crash";
/// What the laboratory's own exceptions say.
constexpr std::string_view injected_text = "injected crash";

struct life_options {
  node_index self = 0;
  node_context context{nullptr, nullptr, random_stream{0}, ""};
  venue* at = nullptr;
  std::shared_ptr<const directory> nodes;
  std::shared_ptr<slot_digests> digests;
  network_port port;
  std::shared_ptr<disk> storage;
  std::shared_ptr<record_faults> faults;
  tunables tuned;
  lab::signatures signatures = lab::signatures::stub;
  std::vector<node_index> contacts; ///< whom it connects to and stays connected with
  std::set<node_index> voters;      ///< members from the start
  bool first = true;                ///< its first one: it may start with an empty disk, and trusts the voters
  std::shared_ptr<witness> tell;    ///< called on the threads of actors
  bool crashable = false;           ///< some input crashes who takes it (crashing_payload)
  std::size_t peers_max = 1024;
  bool newer = false; ///< it also speaks the session version after ours
};

class node_life {
public:
  /// A request that has no answer by then will have none.
  static constexpr duration answer_limit = std::chrono::seconds{5};

  virtual ~node_life() = default;

  virtual void execute(const command& what, answered done) = 0;
  virtual void join(node_index whom, answered done) = 0;
  virtual void leave(node_index whom, answered done) = 0;
  /// The group from `generation` on, for algorithms whose membership is not their own; others ignore it.
  virtual void install(std::uint64_t generation, const std::set<node_index>& members) = 0;
  /// Filled in while time passes.
  virtual std::shared_ptr<node_status> ask() = 0;
  virtual node_memory memory() const = 0;
  virtual node_backlog backlog() const = 0;
  /// Delivered slots it keeps with what proves them. Not cheap.
  virtual std::size_t kept() const { return 0; }
  /// Connections it has asked for in this life, and those that the algorithm's own router would have asked for.
  virtual std::uint64_t dials() const = 0;
  /// The actors of the life that must not be crashed by themselves, as nothing supervises them.
  virtual std::vector<std::uint64_t> roots() const = 0;
  /// Its store as it runs now.
  virtual caf::actor_addr store() const = 0;
  virtual void stop() = 0; ///< in order, as a user would
  virtual bool ended() const = 0;
  virtual void kill() = 0; ///< all at once
};

/// The life of an honest node under troupe's own broadcast. Fails if its disk cannot be read.
expected<std::unique_ptr<node_life>, explained> start_agreement(life_options options);
/// Of an honest node, or of a liar, under another algorithm.
expected<std::unique_ptr<node_life>, explained> start_broadcast(life_options options, algorithm which,
                                                                std::optional<role_kind> lies);
/// Of a liar under troupe's broadcast.
expected<std::unique_ptr<node_life>, explained> start_role(life_options options, role_kind which);

} // namespace troupe::lab
