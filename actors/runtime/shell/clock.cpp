// SPDX-License-Identifier: BSD-3-Clause
#include "actors/runtime/shell/clock.hpp"

#include <caf/actor_clock.hpp>

#include <chrono>

namespace troupe {
namespace {

using std::chrono::duration_cast;

class system_clock_of : public node_clock {
public:
  explicit system_clock_of(caf::actor_system& system) : system_(system) {}
  time_point now() const override {
    return time_point{duration_cast<duration>(system_.clock().now().time_since_epoch())};
  }
  std::uint64_t wall_ms() const override {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(duration_cast<std::chrono::milliseconds>(since).count());
  }

private:
  caf::actor_system& system_;
};

class virtual_clock : public node_clock {
public:
  virtual_clock(caf::actor_system& system, std::uint64_t wall_start_ms)
    : system_(system), origin_(system.clock().now()), wall_start_ms_(wall_start_ms) {}
  time_point now() const override {
    return time_point{duration_cast<duration>(system_.clock().now() - origin_)};
  }
  std::uint64_t wall_ms() const override {
    const auto since = duration_cast<std::chrono::milliseconds>(now().time_since_epoch());
    return wall_start_ms_ + static_cast<std::uint64_t>(since.count());
  }

private:
  caf::actor_system& system_;
  caf::actor_clock::time_point origin_;
  std::uint64_t wall_start_ms_;
};

} // namespace

std::shared_ptr<const node_clock> make_system_clock(caf::actor_system& system) {
  return std::make_shared<system_clock_of>(system);
}

std::shared_ptr<const node_clock> make_virtual_clock(caf::actor_system& system, std::uint64_t wall_start_ms) {
  return std::make_shared<virtual_clock>(system, wall_start_ms);
}

} // namespace troupe
