// SPDX-License-Identifier: BSD-3-Clause
// The contract of transport/link.hpp and transport/network.hpp as tests, run against every implementation:
// sim in the unit tier, tcp in the system tier. An implementation provides a harness of three nodes on one
// network and calls run_link_contract. docs/protocols/lane.md says in words what is checked here.
#pragma once

#include "tests/support/link_probe.hpp"

#include <functional>
#include <memory>

namespace troupe::test {

/// Three nodes that can reach each other. Nobody listens, nothing is mounted and nothing is started yet.
class link_harness {
public:
  static constexpr std::size_t nodes = 3;

  virtual ~link_harness() = default;
  virtual transport::network& node(std::size_t i) = 0;
  /// Lets things happen until `reached()` or until nothing can happen any more (tcp: a generous time limit);
  /// the last answer of `reached`.
  virtual bool pump_until(const std::function<bool()>& reached) = 0;
  /// Lets things happen for long enough to see what ought not to (tcp: some 50 ms).
  virtual void pump_a_while() = 0;
  /// What listen() is given: a host and port 0.
  virtual multiaddr listen_address() = 0;
  /// Where nobody listens.
  virtual multiaddr dead_address() = 0;
};

struct link_contract_case {
  const char* name;
  void (*run)(link_harness&);
};

/// All cases; each wants a fresh harness. Use with GENERATE(from_range(...)) and DYNAMIC_SECTION.
std::vector<link_contract_case> link_contract();

/// What most cases start from: all nodes started and listening.
class started_nodes {
public:
  explicit started_nodes(link_harness& harness);
  ~started_nodes(); ///< stops the nodes, so that no handler outlives the case

  link_harness& harness;
  std::vector<std::unique_ptr<observer_probe>> observers;
  std::vector<multiaddr> addresses;

  struct ends {
    transport::link_ptr dialler;
    transport::link_ptr listener;
  };
  /// Dials and waits until both ends are up.
  ends connect(std::size_t from, std::size_t to);
  dial_id dial(std::size_t from, std::optional<peer_id> wanted, std::vector<multiaddr> addresses);

  /// Opens a lane and waits until it is opened; null if it was closed instead or nothing came.
  transport::lane_ptr open(const transport::link_ptr& on, std::vector<std::string> protocols,
                           const lane_log& log, probe_options how = {});
  bool wait_closed(const lane_log& log);
  bool wait_received(const lane_log& log, std::size_t size);
  std::optional<transport::transport_errc> wait_down(std::size_t node, link_id link);
  std::optional<transport::transport_errc> wait_failure(std::size_t node, dial_id dial);

private:
  std::uint64_t last_dial_ = 0;
};

// The parts, one file each.
std::vector<link_contract_case> lane_contract();
std::vector<link_contract_case> flow_contract();
std::vector<link_contract_case> dialling_contract();
std::vector<link_contract_case> identify_contract();

} // namespace troupe::test
