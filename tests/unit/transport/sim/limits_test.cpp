// SPDX-License-Identifier: BSD-3-Clause
// Every cap of the simulated network, hit.
#include "messages/types/assert.hpp"
#include "tests/support/sim_nodes.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;
using namespace troupe::transport;
using namespace std::chrono_literals;

namespace {
const std::string plain = "/plain/1";
}

TEST_CASE("sim limit: one lane more than the link takes is refused", "[unit][transport][sim]") {
  sim_nodes nodes{1, {.lanes_per_link_max = 3}};
  started_nodes started{nodes};
  lane_server server;
  nodes.node(1).mount(server.offer({plain}));
  const auto link = started.connect(0, 1).dialler;
  for (int i = 0; i < 3; ++i)
    CHECK(started.open(link, {plain}, make_lane_log()));
  const auto log = make_lane_log();
  link->open({plain}, make_probe(log));
  REQUIRE(started.wait_closed(log));
  CHECK(log->with([](const lane_record& r) { return r.closed; }) == transport_errc::too_many_lanes);
}

TEST_CASE("sim limit: a send queue over its bytes or its chunks ends that lane only",
          "[unit][transport][sim]") {
  sim_nodes nodes{1, {.send_queue_max = 1000, .sends_max = 5}};
  started_nodes started{nodes};
  lane_server server;
  nodes.node(1).mount(server.offer({plain}));
  const auto link = started.connect(0, 1).dialler;
  const auto kept = make_lane_log();
  const auto keeps = started.open(link, {plain}, kept);
  for (const auto& [count, size] : {std::pair<int, std::size_t>{1, 1001}, {6, 1}}) {
    const auto log = make_lane_log();
    const auto lane = started.open(link, {plain}, log);
    for (int i = 0; i < count; ++i)
      lane->write(chunk::copy_of(pattern(0, size)));
    REQUIRE(started.wait_closed(log));
    CHECK(log->with([](const lane_record& r) { return r.closed; }) == transport_errc::memory_exceeded);
  }
  keeps->write(chunk::copy_of(pattern(0, 1000)));
  CHECK(started.wait_received(server.at(0), 1000));
}

TEST_CASE("sim limit: one link more than the node takes is refused", "[unit][transport][sim]") {
  sim_nodes nodes{1, {.links_max = 1}};
  started_nodes started{nodes};
  started.connect(0, 1);
  const auto inward = started.dial(2, sim_nodes::peer(1), {started.addresses[1]});
  CHECK(started.wait_failure(2, inward) == transport_errc::dial_failed);
  const auto outward = started.dial(0, sim_nodes::peer(2), {started.addresses[2]});
  CHECK(started.wait_failure(0, outward) == transport_errc::too_many_connections);
}

TEST_CASE("sim limit: one unfinished dial more than the cap fails at once", "[unit][transport][sim]") {
  sim_nodes nodes{1, {.dials_max = 2}};
  started_nodes started{nodes};
  nodes.world.cut(sim_nodes::peer(0), sim_nodes::peer(1));
  for (int i = 0; i < 2; ++i)
    started.dial(0, sim_nodes::peer(1), {started.addresses[1]});
  const auto third = started.dial(0, sim_nodes::peer(1), {started.addresses[1]});
  nodes.run_for(0s);
  CHECK(started.wait_failure(0, third) == transport_errc::too_many_handshakes);
  nodes.run_for(10s);
  nodes.world.heal_all();
  started.connect(0, 1);
}

TEST_CASE("sim limit: posted tasks and events beyond their caps are programmer errors",
          "[unit][transport][sim]") {
  sim_world world{random_stream{1}, 4};
  sim_network node{world, numbered_peer(1), {.posts_max = 3}};
  for (int i = 0; i < 3; ++i)
    node.post([] {});
  CHECK_THROWS_AS(node.post([] {}), assertion_failed);
  world.schedule(time_point{}, [] {});
  CHECK_THROWS_AS(world.schedule(time_point{}, [] {}), assertion_failed);
  world.advance(time_point{});
  node.post([] {});
}

TEST_CASE("sim limit: a closing link waits no longer than its linger time", "[unit][transport][sim]") {
  sim_nodes nodes{1, {.linger = 2s}};
  started_nodes started{nodes};
  lane_server server;
  nodes.node(1).mount(server.offer({plain}, {}, {.grants = false}));
  const auto ends = started.connect(0, 1);
  const auto lane = started.open(ends.dialler, {plain}, make_lane_log());
  for (int i = 0; i < 10; ++i)
    lane->write(chunk::copy_of(pattern(0, 64 * 1024)));
  ends.dialler->close(transport_errc::closed_locally);
  nodes.run_for(1900ms);
  CHECK(nodes.node(0).links().size() == 1);
  nodes.run_for(200ms);
  CHECK(nodes.node(0).links().empty());
  CHECK(nodes.node(1).links().empty());
}

TEST_CASE("sim network: an address that is no longer listened on refuses dials and keeps links",
          "[unit][transport][sim]") {
  sim_nodes nodes;
  started_nodes started{nodes};
  started.connect(0, 1);
  nodes.node(1).unlisten(started.addresses[1]);
  CHECK(nodes.node(1).listen_addresses().empty());
  const auto late = started.dial(2, sim_nodes::peer(1), {started.addresses[1]});
  CHECK(started.wait_failure(2, late) == transport_errc::dial_failed);
  CHECK(nodes.node(1).links().size() == 1);
}

TEST_CASE("sim world: runs events in order of time and then of scheduling", "[unit][transport][sim]") {
  sim_world world{random_stream{1}};
  std::string order;
  world.schedule(time_point{2s}, [&] { order += 'c'; });
  world.schedule(time_point{1s}, [&] {
    order += 'a';
    world.schedule(time_point{0s}, [&] { order += 'x'; });
  });
  world.schedule(time_point{1s}, [&] { order += 'b'; });
  CHECK(world.next_due() == time_point{1s});
  world.advance(time_point{1s});
  CHECK(order == "abx");
  CHECK(world.now() == time_point{1s});
  world.advance(time_point{5s});
  CHECK(order == "abxc");
  CHECK_FALSE(world.next_due());
}
