// SPDX-License-Identifier: BSD-3-Clause
// An experiment as its file describes it: a network, what runs on it, what goes wrong, and what must hold. Plain
// data with the defaults of the format; docs/lab/scenario.md is its reference page. Times count from the start of
// the load. Nodes are named n1, n2, ... in files and numbered from 0 here.
#pragma once

#include "tools/lab/run/run_record.hpp"
#include "transport/sim/fault_plan.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace troupe::lab {

constexpr std::int64_t scenario_format = 1;

enum class algorithm : std::uint8_t { troupe, original, bracha }; ///< "troupe", "brb-1.0.10", "bracha"
enum class signatures : std::uint8_t { stub, ed25519 };

/// Conditions of one direction between two nodes, in place of the network's.
struct link_override {
  node_index from = 0;
  node_index to = 0;
  transport::link_conditions conditions;

  friend bool operator==(const link_override&, const link_override&) = default;
};

struct network_spec {
  transport::link_conditions everywhere;
  duration detection = std::chrono::seconds{3}; ///< how long a crash or cut stays unnoticed
  std::vector<link_override> links;

  friend bool operator==(const network_spec&, const network_spec&) = default;
};

/// When a user is answered: once the operation has happened on the node that was asked, or once it is promised there.
enum class answer_kind : std::uint8_t { delivered, promised };

/// Commands of users: additions and removals of small numbers, or opaque payloads for the other algorithms.
struct operations_spec {
  std::uint32_t count = 20;                        ///< in all, 1 to 100,000
  duration every = std::chrono::milliseconds{100}; ///< mean time between two, exponential
  std::vector<node_index> from;                    ///< who is asked; empty = every node that can be
  std::uint32_t values = 6;                        ///< 1 to values
  std::uint32_t removals = 350'000;                ///< millionths that remove
  answer_kind answered = answer_kind::delivered;

  friend bool operator==(const operations_spec&, const operations_spec&) = default;
};

/// Changes of the voting group. Joins and leaves are proposed by a voter; with the other algorithms, which have no
/// voting here, the group is installed on one node after the other.
struct membership_spec {
  std::vector<node_index> join;                    ///< in this order
  std::vector<node_index> leave;                   ///< after the joins
  duration first{};                                ///< when the first is proposed
  duration every = std::chrono::seconds{1};        ///< between two
  duration stagger = std::chrono::milliseconds{0}; ///< between nodes, when installed

  friend bool operator==(const membership_spec&, const membership_spec&) = default;
};
using workload_spec = std::variant<operations_spec, membership_spec>;

enum class fault_kind : std::uint8_t {
  // network
  partition,  ///< style: halves, one-way, bridge, isolate
  cut,        ///< one direction between two nodes
  break_link, ///< "break": the connections of two nodes end, with what was under way
  stall,      ///< nothing arrives in one direction, then all of it
  clog,       ///< one link after another is clogged; they open again in random order
  slow_link,  ///< "slow-link": one direction has other conditions
  refuse_dials,
  // nodes
  crash, ///< style: restart (disk kept), lose-disk, torn-write
  pause,
  slow,  ///< the node runs `amount` (a fraction) of the time
  skew,  ///< its clock runs faster or slower by `amount` (a fraction, may be negative)
  jump,  ///< its wall clock jumps by `offset`
  churn, ///< nodes come and go: lifetimes and absences are exponential with means `lasts` and `away`
  // disk; level: byte or record
  torn_write,
  bit_flip,
  no_space,
  sync_fails,
  // actors
  throw_in_handler, ///< "throw": in the handler of the `nth` message of an actor of the node
  kill_actor,       ///< an actor ends between two messages; style: any, or the kind
};

enum class fault_level : std::uint8_t { byte, record };

/// One entry of the schedule. It happens at `at`, or again and again with mean distance `every`; never both.
struct fault_spec {
  fault_kind kind = fault_kind::crash;
  std::optional<duration> at;
  std::optional<duration> every;
  std::uint32_t count = 0;               ///< with `every`: at most so often; 0 = until the load ends
  duration lasts{};                      ///< until it is mended (never 0); for a crash until the node is back
  std::vector<node_index> nodes;         ///< whom it may hit; empty = anybody. For partitions one side; for links from, to
  std::string style;                     ///< of rule_of(kind).styles; files without one get the first
  fault_level level = fault_level::byte; ///< of disk faults
  double amount = 0.5;                   ///< of slow and skew
  duration offset{};                     ///< of jump
  duration away = std::chrono::seconds{1}; ///< of churn
  std::uint32_t nth = 0;                 ///< of throw: 0 = drawn from the seed
  transport::link_conditions conditions; ///< of slow-link

  friend bool operator==(const fault_spec&, const fault_spec&) = default;
};

enum class role_kind : std::uint8_t {
  equivocate,           ///< two contents for one slot, to half of the members each
  withhold_certificate, ///< its certificate goes to one member only
  forge_votes,          ///< votes nested in its own that nobody cast
  outsider_echoes,      ///< echoes although it is no member
  replay,               ///< packets of one group sent again in another
  anti_entropy_flood,   ///< asks for everything all the time
  mute,                 ///< takes part in sessions and never answers
  slow_drip,            ///< answers as late and as little as it can
  crashing_input,       ///< input that crashes the actor which takes it
  outlive_locks,        ///< one content to a quorum of the first group, another to those who join it
  other_network,        ///< certificates that the members made in another network
  spoil_fragments,      ///< hands on other fragments of large payloads than it was given
};

/// A node that lies. It is started like the others and its operations do not count.
struct role_spec {
  node_index node = 0;
  role_kind what = role_kind::mute;

  friend bool operator==(const role_spec&, const role_spec&) = default;
};

/// "agreement", "no-double-echo", ...: the names of check/check_names.hpp.
struct check_spec {
  std::string name;

  friend bool operator==(const check_spec&, const check_spec&) = default;
};

struct scenario {
  std::string file; ///< where it was read; not part of what it says
  std::string name;
  std::string teaches;          ///< one sentence
  bool expected_to_fail = false;
  std::string reason;           ///< why it is expected to
  lab::algorithm algorithm = lab::algorithm::troupe;
  lab::signatures signatures = lab::signatures::stub;
  std::uint32_t nodes = 4;      ///< 1 to 10,000
  std::uint32_t voters = 0;     ///< n1 ... are members from the start; 0 = all, at most 64
  std::uint32_t degree = 0;     ///< connections each node asks for; 0 = to all others
  duration load = std::chrono::seconds{5};    ///< how long workloads and faults go on, at the least
  duration settle = std::chrono::minutes{15}; ///< how long the quiet phase may take
  std::vector<node_index> newer; ///< nodes that also speak the session version after this program's
  bool randomise = true;        ///< tunables are drawn from the seed, within their bounds
  network_spec network;
  std::vector<workload_spec> workloads;
  std::vector<fault_spec> faults;
  std::vector<role_spec> roles;
  std::vector<check_spec> checks; ///< at least one

  friend bool operator==(const scenario&, const scenario&) = default;
  std::uint32_t voters_at_start() const { return voters == 0 ? nodes : voters; }
};

} // namespace troupe::lab
