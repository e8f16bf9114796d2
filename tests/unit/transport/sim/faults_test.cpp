// SPDX-License-Identifier: BSD-3-Clause
// Faults that keep the contract: broken links, cuts, partitions, stalls, crashes, refused dials.
#include "tests/support/sim_nodes.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace troupe;
using namespace troupe::test;
using namespace troupe::transport;
using namespace std::chrono_literals;

namespace {

const std::string plain = "/plain/1";

/// Two linked nodes, one lane from 0 to 1.
struct linked {
  sim_nodes nodes;
  started_nodes started;
  lane_server server;
  started_nodes::ends ends;
  lane_log log = make_lane_log();
  lane_ptr lane;
  lane_log served;

  explicit linked(std::uint64_t seed = 1, const sim_options& options = {}, link_conditions conditions = {})
    : nodes(seed, options, conditions), started(nodes) {
    nodes.world.set_detection(3s);
    nodes.node(1).mount(server.offer({plain}));
    ends = started.connect(0, 1);
    lane = started.open(ends.dialler, {plain}, log);
    served = server.at(0);
  }
  std::size_t received() {
    return served->with([](const lane_record& r) { return r.received.size(); });
  }
  std::optional<transport_errc> down(std::size_t node) {
    return started.observers[node]->log.with([](const network_record& r) {
      return r.downs.empty() ? std::nullopt : std::optional{r.downs.front().why};
    });
  }
  void write(std::size_t from, std::size_t size) { lane->write(chunk::copy_of(pattern(from, size))); }
};

} // namespace

TEST_CASE("sim fault: a broken link loses a tail of any length", "[unit][transport][sim]") {
  link_conditions slow;
  slow.delay_min = slow.delay_mean = 100ms;
  std::set<std::size_t> arrived;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    linked one{seed, {}, slow};
    for (std::size_t i = 0; i < 10; ++i)
      one.write(i * 100, 100);
    one.nodes.run_for(50ms);
    one.nodes.world.break_links(sim_nodes::peer(0), sim_nodes::peer(1));
    one.nodes.run_for(0ms);
    CHECK(one.down(0) == transport_errc::connection_lost);
    CHECK(one.down(1) == transport_errc::connection_lost);
    one.nodes.run_for(1s);
    const auto bytes_received = one.served->with([](const lane_record& r) { return r.received; });
    CHECK(bytes_received == pattern(0, bytes_received.size()));
    CHECK(one.served->with([](const lane_record& r) { return r.closed; }) == transport_errc::link_closed);
    arrived.insert(bytes_received.size());
  }
  CHECK(arrived.size() > 10);
  CHECK(*arrived.begin() == 0);
  CHECK(std::any_of(arrived.begin(), arrived.end(), [](std::size_t n) { return n % 100 != 0; }));
}

TEST_CASE("sim fault: breaking one pair leaves other links up", "[unit][transport][sim]") {
  linked one;
  const auto other = one.started.connect(0, 2);
  one.nodes.world.break_links(sim_nodes::peer(1), sim_nodes::peer(0));
  one.nodes.run_for(1s);
  CHECK(one.down(1) == transport_errc::connection_lost);
  CHECK_FALSE(one.down(2));
}

TEST_CASE("sim fault: a cut holds one direction back and healing lets it go", "[unit][transport][sim]") {
  linked one;
  one.nodes.world.cut(sim_nodes::peer(0), sim_nodes::peer(1));
  one.write(0, 500);
  one.served->with([](lane_record& r) { r.self->write(chunk::copy_of(pattern(0, 70))); });
  one.nodes.run_for(2s);
  CHECK(one.received() == 0);
  CHECK(one.log->with([](const lane_record& r) { return r.received.size(); }) == 70);
  one.nodes.world.heal(sim_nodes::peer(0), sim_nodes::peer(1));
  one.nodes.run_for(5s);
  CHECK(one.served->with([](const lane_record& r) { return r.received == pattern(0, 500); }));
  CHECK_FALSE(one.down(0));
}

TEST_CASE("sim fault: a lasting cut ends the link at both ends after the detection delay",
          "[unit][transport][sim]") {
  linked one;
  one.nodes.world.cut(sim_nodes::peer(0), sim_nodes::peer(1));
  one.nodes.run_for(2999ms);
  CHECK_FALSE(one.down(0));
  one.nodes.run_for(1ms);
  CHECK(one.down(0) == transport_errc::keepalive_timeout);
  CHECK(one.down(1) == transport_errc::keepalive_timeout);
}

TEST_CASE("sim fault: a second cut is measured from its own start", "[unit][transport][sim]") {
  linked one;
  one.nodes.world.cut(sim_nodes::peer(0), sim_nodes::peer(1));
  one.nodes.run_for(1s);
  one.nodes.world.heal(sim_nodes::peer(0), sim_nodes::peer(1));
  one.nodes.run_for(1s);
  one.nodes.world.cut(sim_nodes::peer(0), sim_nodes::peer(1));
  one.nodes.run_for(2s);
  CHECK_FALSE(one.down(0));
  one.nodes.run_for(1s);
  CHECK(one.down(0));
}

TEST_CASE("sim fault: a partition separates groups and dials across it time out", "[unit][transport][sim]") {
  linked one;
  const auto [a, b, c] = std::tuple{sim_nodes::peer(0), sim_nodes::peer(1), sim_nodes::peer(2)};
  one.nodes.world.partition({{a, c}, {b}});
  one.nodes.run_for(3s);
  CHECK(one.down(0) == transport_errc::keepalive_timeout);
  const auto across = one.started.dial(0, b, {one.started.addresses[1]});
  CHECK(one.started.wait_failure(0, across) == transport_errc::dial_timeout);
  one.started.connect(0, 2);
  one.nodes.world.heal_all();
  one.started.connect(0, 1);
}

TEST_CASE("sim fault: a stall delays everything and loses nothing", "[unit][transport][sim]") {
  linked one;
  one.nodes.world.stall(sim_nodes::peer(0), sim_nodes::peer(1), 20s);
  one.write(0, 100);
  one.nodes.run_for(19s);
  CHECK(one.received() == 0);
  one.write(100, 100);
  one.lane->finish();
  one.ends.dialler->close(transport_errc::closed_locally);
  one.nodes.run_for(2s);
  CHECK(one.served->with([](const lane_record& r) { return r.received == pattern(0, 200) && r.finished; }));
  CHECK(one.down(1) == transport_errc::closed_remotely);
}

TEST_CASE("sim fault: a goodbye does not overtake what was stalled until the same moment",
          "[unit][transport][sim]") {
  link_conditions slow;
  slow.delay_min = slow.delay_mean = 1s;
  linked one{1, {}, slow};
  const auto start = one.nodes.world.now();
  one.nodes.world.stall(sim_nodes::peer(0), sim_nodes::peer(1), 2s);
  one.nodes.world.schedule(start + 1s, [&] { one.nodes.node(0).stop(); });
  one.write(0, 100);
  one.nodes.run_for(3s);
  CHECK(one.received() == 100);
  CHECK(one.down(1) == transport_errc::closed_remotely);
}

TEST_CASE("sim fault: a crash says nothing and is noticed after the detection delay",
          "[unit][transport][sim]") {
  sim_nodes nodes;
  nodes.world.set_detection(3s);
  observer_probe survivor;
  observer_probe victim;
  nodes.node(0).start(survivor);
  nodes.node(1).start(victim);
  const auto address = *nodes.node(1).listen(nodes.listen_address());
  nodes.node(0).dial({dial_id{1}, sim_nodes::peer(1), {address}});
  nodes.run_for(1s);
  REQUIRE(survivor.log.with([](const network_record& r) { return r.ups.size(); }) == 1);
  const auto inert = victim.log.with([](network_record& r) { return std::exchange(r.ups, {}).front().link; });
  nodes.crash(1);
  nodes.run_for(2999ms);
  CHECK(survivor.log.with([](const network_record& r) { return r.downs.empty(); }));
  nodes.run_for(1ms);
  CHECK(survivor.log.with([](const network_record& r) { return r.downs.at(0).why; }) ==
        transport_errc::connection_lost);
  CHECK(victim.log.with([](const network_record& r) { return r.downs.empty(); }));
  inert->open({plain}, make_probe(make_lane_log()));
  inert->close(transport_errc::closed_locally);
  // The address is free for the next life of the node.
  nodes.restart(1);
  nodes.node(1).start(victim);
  CHECK(nodes.node(1).listen(address));
  nodes.node(0).dial({dial_id{2}, sim_nodes::peer(1), {address}});
  nodes.run_for(1s);
  CHECK(victim.log.with([](const network_record& r) { return r.ups.size(); }) == 1);
}

TEST_CASE("sim fault: a link that its dialler crashed away from is never half reported",
          "[unit][transport][sim]") {
  link_conditions slow;
  slow.delay_min = slow.delay_mean = 100ms;
  sim_nodes nodes{1, {}, slow};
  nodes.world.set_detection(0s);
  observer_probe dialler;
  observer_probe listener;
  nodes.node(0).start(dialler);
  nodes.node(1).start(listener);
  const auto address = *nodes.node(1).listen(nodes.listen_address());
  nodes.node(0).dial({dial_id{1}, sim_nodes::peer(1), {address}});
  nodes.run_for(250ms); // up at the dialler, its last flight still under way
  CHECK(dialler.log.with([](network_record& r) { return std::exchange(r.ups, {}).size(); }) == 1);
  nodes.crash(0);
  nodes.run_for(1s);
  CHECK(listener.log.with([](const network_record& r) { return r.ups.size() == r.downs.size(); }));
  CHECK(nodes.node(1).links().empty());
}

TEST_CASE("sim fault: refused dials fail until they are accepted again", "[unit][transport][sim]") {
  linked one;
  one.nodes.world.refuse_dials(sim_nodes::peer(2), sim_nodes::peer(1));
  const auto refused = one.started.dial(2, sim_nodes::peer(1), {one.started.addresses[1]});
  CHECK(one.started.wait_failure(2, refused) == transport_errc::dial_failed);
  one.nodes.world.accept_dials(sim_nodes::peer(2), sim_nodes::peer(1));
  one.started.connect(2, 1);
}

TEST_CASE("sim fault: bandwidth bounds the speed and shares it between lanes", "[unit][transport][sim]") {
  link_conditions narrow;
  narrow.bandwidth = 1'000'000;
  linked one{1, {}, narrow};
  const auto log = make_lane_log();
  const auto second = one.started.open(one.ends.dialler, {plain}, log);
  REQUIRE(second);
  for (std::size_t i = 0; i < 40; ++i) {
    one.write(i * 50'000, 50'000);
    second->write(chunk::copy_of(pattern(i * 50'000, 50'000)));
  }
  one.nodes.run_for(1s);
  const auto first_received = one.received();
  const auto second_received = one.server.at(1)->with([](const lane_record& r) { return r.received.size(); });
  CHECK(first_received + second_received <= 1'010'000);
  CHECK(first_received + second_received >= 900'000);
  CHECK(first_received > 400'000);
  CHECK(second_received > 400'000);
}

TEST_CASE("sim fault: delays keep their minimum and their mean", "[unit][transport][sim]") {
  link_conditions conditions;
  conditions.delay_min = 2ms;
  conditions.delay_mean = 10ms;
  random_stream rng{3};
  duration sum{0};
  duration longest{0};
  for (int i = 0; i < 20'000; ++i) {
    const auto drawn = drawn_delay(conditions, rng);
    CHECK_FALSE(drawn < 2ms);
    sum += drawn;
    longest = std::max(longest, drawn);
  }
  CHECK(sum / 20'000 > 9'800us);
  CHECK(sum / 20'000 < 10'200us);
  CHECK(longest > 50ms);
}
