// SPDX-License-Identifier: BSD-3-Clause
// Goal: a run of actors that talk over the simulated network is decided by its seed alone, faults included.
// Method: three nodes pass numbered frames around a ring on a raw-faulty lane; whoever has heard nothing for
// a while resends.
#include "messages/types/frame.hpp"
#include "tests/support/link_probe.hpp"
#include "tests/support/sim_fixture.hpp"

#include <catch2/catch.hpp>

#include <cstring>

using namespace troupe;
using namespace troupe::test;
using namespace troupe::transport;
using namespace std::chrono_literals;

namespace {

struct heard {
  std::uint64_t number;
};
struct nudge {};

} // namespace

template <>
inline constexpr std::string_view troupe::signal_name<heard> = "test.heard";
template <>
inline constexpr std::string_view troupe::signal_name<nudge> = "test.nudge";

namespace {

using runner = handle<takes<heard>, takes<nudge>>;
const std::string ring = "/troupe/ring/1";

chunk_ptr frame_of(std::uint64_t number) {
  const frame_header header{sizeof number, 1, 0};
  auto result = chunk::make(16);
  result->append({reinterpret_cast<const std::uint8_t*>(&header), sizeof header});
  result->append({reinterpret_cast<const std::uint8_t*>(&number), sizeof number});
  return result;
}

struct runner_state {
  std::uint64_t highest = 0;
};

/// Passes every higher number on to `out`, raised by one, and the highest again every 50 ms.
runner::behavior_type runner_actor(self_ptr<runner, runner_state> self, node_context context, lane_log out) {
  const auto pass_on = [self, out] {
    out->with([&](const lane_record& lane) {
      if (lane.self)
        lane.self->write(frame_of(self->state.highest + 1));
    });
  };
  send(self, runner{self}, nudge{});
  return {[=](heard what) {
            if (what.number <= self->state.highest)
              return;
            self->state.highest = what.number;
            context.line(log_level::info, "heard " + std::to_string(what.number));
            pass_on();
          },
          [=](nudge) {
            pass_on();
            send_after(self, runner{self}, 50ms, nudge{});
          }};
}

struct ring_node {
  std::unique_ptr<sim_network> network;
  observer_probe observer;
  lane_log out = make_lane_log();
  runner actor;
  bytes partial;

  void receive(lane& from, byte_view data) {
    partial.insert(partial.end(), data.begin(), data.end());
    from.grant(data.size());
    for (; partial.size() >= 16; partial.erase(partial.begin(), partial.begin() + 16)) {
      std::uint64_t number = 0;
      std::memcpy(&number, partial.data() + 8, sizeof number);
      post(actor, heard{number});
    }
  }
};

struct result {
  digest trace;
  std::uint64_t jobs;
  std::string last;
};

result run_ring(std::uint64_t seed) {
  sim_fixture at{seed};
  link_conditions rough;
  rough.delay_mean = 5ms;
  rough.jitter = 2ms;
  rough.raw = {.drop = 100'000, .duplicate = 100'000, .reorder = 100'000};
  at.world().set_conditions(rough);
  std::vector<ring_node> nodes(3);
  std::vector<multiaddr> addresses;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    auto& node = nodes[i];
    const auto name = "n" + std::to_string(i);
    node.network = at.network(name);
    node.network->start(node.observer);
    addresses.push_back(*node.network->listen(*multiaddr::parse("/ip4/0.0.0.0/tcp/0")));
    node.actor = at.keep(spawn(at.system(), at.context(name), runner_actor, node.out));
    lane_server server;
    node.network->mount(server.offer(
      {ring}, {},
      {.grants = false, .on_bytes = [&node](lane& from, byte_view data) { node.receive(from, data); }}));
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto next = (i + 1) % nodes.size();
    nodes[i].network->dial({dial_id{i}, nodes[next].network->self(), {addresses[next]}});
  }
  at.scheduler().run_for(200ms);
  for (auto& node : nodes)
    node.observer.log.with([&](const network_record& record) {
      for (const auto& up : record.ups)
        if (up.dialled)
          up.link->open({ring}, make_probe(node.out));
    });
  at.world().schedule(at.world().now() + 500ms,
                      [&] { at.world().stall(nodes[0].network->self(), nodes[1].network->self(), 100ms); });
  at.scheduler().run_for(2s);
  const result got{at.trace(), at.scheduler().jobs_run(),
                   at.log().last().empty() ? "" : at.log().last().back()};
  at.shut_down();
  for (auto& node : nodes)
    node.observer.log.with([](network_record& record) { record.ups.clear(); });
  return got;
}

} // namespace

TEST_CASE("simulation: one seed gives one trace to the byte", "[sim][transport]") {
  const auto first = run_ring(11);
  const auto again = run_ring(11);
  CHECK(first.trace == again.trace);
  CHECK(first.jobs == again.jobs);
  CHECK(first.last == again.last);
  // The ring turned in spite of the raw faults.
  CHECK(first.last.find("heard ") != std::string::npos);
  CHECK(std::stoul(first.last.substr(first.last.rfind(' '))) > 100);
}

TEST_CASE("simulation: another seed gives another trace", "[sim][transport]") {
  CHECK(run_ring(11).trace != run_ring(12).trace);
}
