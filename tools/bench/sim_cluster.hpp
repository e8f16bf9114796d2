// SPDX-License-Identifier: BSD-3-Clause
// A cluster as an experiment has it, with checks and trace hash, but driven by a benchmark: no phases, no
// verdict on liveness. One thread.
#pragma once

#include "tools/lab/cluster/sim_venue.hpp"
#include "tools/lab/run/recorder.hpp"

namespace troupe::bench {

class sim_cluster {
public:
  explicit sim_cluster(const lab::scenario& what, std::uint64_t seed = 1);
  ~sim_cluster();
  sim_cluster(const sim_cluster&) = delete;
  sim_cluster& operator=(const sim_cluster&) = delete;

  /// Starts all nodes.
  void start();
  /// Keeps `in_flight` operations of each voter on their way from now on.
  void load(std::size_t in_flight);
  void pass(duration span) { at_.pass(span); }

  std::uint64_t messages() const { return heard_->messages(); }
  /// Operations answered without an error, and with one.
  std::uint64_t done() const { return done_; }
  std::uint64_t failed() const { return failed_; }
  /// Whether no check has complained.
  bool good() const { return !heard_->violated(); }

private:
  void ask(lab::node_index on);

  lab::scenario what_;
  random_stream rng_;
  lab::tunables tuned_;
  std::shared_ptr<lab::census> owners_ = std::make_shared<lab::census>();
  std::shared_ptr<lab::directory> directory_;
  lab::sim_venue at_;
  std::shared_ptr<lab::recorder> heard_;
  lab::cluster nodes_;
  std::uint64_t jobs_ = 0;
  std::uint64_t done_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t next_ = 0;
  bool loading_ = false;
};

} // namespace troupe::bench
