// SPDX-License-Identifier: BSD-3-Clause
// Actors of many nodes and the network between them in one virtual time, from one seed. What happened is
// folded into one number: log lines with their actor's logical name, and everything the network delivered or
// lost.
#pragma once

#include "actors/runtime/shell/send.hpp"
#include "actors/runtime/shell/sim_scheduler.hpp"
#include "actors/runtime/shell/spawn.hpp"
#include "actors/runtime/shell/system_config.hpp"
#include "messages/crypto/keys.hpp"
#include "messages/crypto/sha256.hpp"
#include "transport/sim/sim_network.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>

#include <memory>
#include <string>
#include <vector>

namespace troupe::test {

/// Keeps a running hash of all lines, and the last ones for a failed test to show.
class hashing_sink final : public log_sink {
public:
  static constexpr std::size_t kept_max = 200;

  bool wants(log_level level) const override { return level != log_level::off; }
  void write(log_level, std::string_view actor, time_point at, std::string_view line) override {
    const auto text =
      std::to_string(at.time_since_epoch().count()) + " " + std::string{actor} + " " + std::string{line};
    hash_ = sha256({hash_, as_bytes(text)});
    last_.push_back(text);
    if (last_.size() > kept_max)
      last_.erase(last_.begin());
  }
  const digest& value() const { return hash_; }
  const std::vector<std::string>& last() const { return last_; }

private:
  digest hash_{};
  std::vector<std::string> last_;
};

class sim_fixture {
public:
  /// `adjust` may register further message types and error domains.
  explicit sim_fixture(std::uint64_t seed, const std::function<void(caf::actor_system_config&)>& adjust = {})
    : rng_(seed), world_(rng_.split("network")), config_(adjust), system_(config_),
      scheduler_(system_, rng_.split("order"),
                 {[this] { return world_.next_due(); }, [this](time_point now) { world_.advance(now); }}) {
    world_.on_trace([this](const transport::trace_record& record, byte_view) { trace_.add(record); });
  }
  sim_fixture(const sim_fixture&) = delete;
  sim_fixture& operator=(const sim_fixture&) = delete;
  ~sim_fixture() { shut_down(); }

  transport::sim_world& world() { return world_; }
  sim_scheduler& scheduler() { return scheduler_; }
  caf::actor_system& system() { return system_; }
  const hashing_sink& log() const { return *log_; }
  node_context context(std::string_view node) const {
    return {scheduler_.clock(), log_, rng_.split(node), std::string{node}};
  }
  /// The identity of a node by name: the same in every run of the seed.
  key_pair key(std::string_view node) const {
    std::array<std::uint8_t, 32> seed;
    rng_.split("key").split(node).fill(seed);
    return key_pair::from_seed(seed);
  }
  std::unique_ptr<transport::sim_network> network(std::string_view node,
                                                  const transport::sim_options& options = {}) {
    return std::make_unique<transport::sim_network>(world_, key(node), options);
  }

  /// Actors to be killed before the system goes, whatever timers they keep.
  template <class Handle>
  Handle keep(Handle actor) {
    kept_.push_back(caf::actor_cast<caf::strong_actor_ptr>(actor));
    return actor;
  }
  /// Stops the simulation for good; networks may go before or after.
  void shut_down() {
    for (const auto& actor : std::exchange(kept_, {}))
      caf::anon_send_exit(caf::actor_cast<caf::actor_addr>(actor), caf::exit_reason::kill);
    scheduler_.shut_down();
  }

  /// Equal for equal runs: network trace and log.
  digest trace() const {
    bytes both{log_->value().begin(), log_->value().end()};
    for (std::uint64_t value = trace_.value(), i = 0; i < 8; ++i, value >>= 8)
      both.push_back(static_cast<std::uint8_t>(value));
    return sha256(both);
  }

private:
  struct configured : caf::actor_system_config {
    explicit configured(const std::function<void(caf::actor_system_config&)>& adjust) {
      configure(*this, {schedule::virtual_, 1});
      if (adjust)
        adjust(*this);
    }
  };

  random_stream rng_;
  transport::sim_world world_;
  transport::trace_digest trace_;
  std::shared_ptr<hashing_sink> log_ = std::make_shared<hashing_sink>();
  configured config_;
  caf::actor_system system_;
  sim_scheduler scheduler_;
  std::vector<caf::strong_actor_ptr> kept_;
};

} // namespace troupe::test
