// SPDX-License-Identifier: BSD-3-Clause
// A log sink that crashes actors of simulated nodes: the one that writes the n-th line from now on, by an
// exception in the middle of its handler, or another one that is ready to run, between two of its handlers.
// Passes every line on to the sink of the simulation.
#pragma once

#include "actors/runtime/node_context.hpp"
#include "messages/types/random_stream.hpp"

#include <caf/actor_addr.hpp>
#include <caf/fwd.hpp>

#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace troupe::test {

class crash_sink final : public log_sink {
public:
  crash_sink(caf::actor_system& system, std::shared_ptr<log_sink> next, random_stream rng)
    : system_(system), next_(std::move(next)), rng_(rng) {}

  /// The writer of the `nth` line of the node's actors crashes, or (`writer` = false) a ready actor of any.
  void arm(std::string node, std::uint64_t nth, bool writer);
  /// Crashes this one, between two of its handlers.
  void crash(const caf::actor_addr& which, const std::string& kind);
  void disarm() { lines_left_ = 0; }
  /// Never crashed: roots of the trees and what belongs to the test.
  void protect(const caf::actor_addr& who) { protected_.insert(who); }

  bool wants(log_level level) const override { return level >= log_level::debug && level != log_level::off; }
  void write(log_level level, std::string_view actor, time_point at, std::string_view line) override;

  std::size_t injected() const { return injected_; }
  /// How many ready actors of each kind were crashed, by the name their type has; "a writer" for the others.
  const std::map<std::string, std::size_t>& injected_by_kind() const { return by_kind_; }
  /// Crashes that nobody injected.
  const std::vector<std::string>& crashes() const { return crashes_; }
  /// Supervisors that gave up; a crypto worker's always does, by design.
  const std::vector<std::string>& escalations() const { return escalations_; }
  const std::vector<std::string>& stuck() const { return stuck_; } ///< had to be killed when told to stop

private:
  /// False if none is ready.
  bool crash_a_ready_actor();

  caf::actor_system& system_;
  std::shared_ptr<log_sink> next_;
  random_stream rng_;
  std::set<caf::actor_addr> protected_; // looked up, never iterated
  std::string node_;
  std::uint64_t lines_left_ = 0;
  bool writer_ = false;
  bool print_ = std::getenv("TROUPE_SIM_LOG") != nullptr; ///< every line to stderr as well
  std::size_t injected_ = 0;
  std::map<std::string, std::size_t> by_kind_;
  std::vector<std::string> crashes_;
  std::vector<std::string> escalations_;
  std::vector<std::string> stuck_;
};

} // namespace troupe::test
