// SPDX-License-Identifier: BSD-3-Clause
// The contract, part one: how lanes open, end and are refused.
#include "tests/support/link_contract.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace troupe::test {

using namespace transport;

namespace {

const std::string echo = "/contract/echo/1";

void no_violations(const lane_log& log) {
  CHECK(log->with([](const lane_record& r) { return r.violations; }) == std::vector<std::string>{});
}

std::optional<transport_errc> closed(const lane_log& log) {
  return log->with([](const lane_record& r) { return r.closed; });
}

bool lists(network& node, const std::string& protocol) {
  const auto ids = node.protocols();
  return std::count(ids.begin(), ids.end(), protocol) == 1;
}

/// Two connected nodes with `server` mounted as `echo` on the second, and one lane open between them.
struct one_lane {
  started_nodes nodes;
  lane_server server;
  started_nodes::ends ends;
  lane_log log = make_lane_log();
  lane_ptr lane;
  lane_log served;

  explicit one_lane(link_harness& on, probe_options here = {}, probe_options there = {}) : nodes(on) {
    on.node(1).mount(server.offer({echo}, {}, std::move(there)));
    ends = nodes.connect(0, 1);
    lane = nodes.open(ends.dialler, {echo}, log, std::move(here));
    REQUIRE(lane);
    // An empty negotiation may still be under way; a first byte makes the other end exist for certain.
    lane->write(chunk::copy_of(pattern(0, 1)));
    REQUIRE(on.pump_until([&] { return server.count() == 1; }));
    served = server.at(0);
    REQUIRE(nodes.wait_received(served, 1));
  }
  ~one_lane() {
    no_violations(log);
    no_violations(served);
  }
  lane_ptr other() {
    return served->with([](const lane_record& r) { return r.self; });
  }
};

void agrees_on_the_protocol(link_harness& on) {
  one_lane one{on};
  CHECK(one.log->with([](const lane_record& r) { return r.protocol; }) == echo);
  CHECK(one.served->with([](const lane_record& r) { return r.protocol; }) == echo);
}

void ends_when_the_opener_finishes_first(link_harness& on) {
  one_lane one{on};
  one.lane->write(chunk::copy_of(pattern(1, 4000)));
  one.lane->finish();
  REQUIRE(on.pump_until([&] { return one.served->with([](const lane_record& r) { return r.finished; }); }));
  CHECK(one.served->with([](const lane_record& r) { return r.received; }) == pattern(0, 4001));
  CHECK_FALSE(closed(one.log));
  CHECK_FALSE(closed(one.served));
  one.other()->write(chunk::copy_of(pattern(0, 5000)));
  one.other()->finish();
  REQUIRE(one.nodes.wait_closed(one.log));
  REQUIRE(one.nodes.wait_closed(one.served));
  CHECK(one.log->with([](const lane_record& r) { return r.received; }) == pattern(0, 5000));
  CHECK(one.log->with([](const lane_record& r) { return r.finished; }));
  CHECK(closed(one.log) == transport_errc::none);
  CHECK(closed(one.served) == transport_errc::none);
}

void ends_when_the_other_side_finishes_first(link_harness& on) {
  one_lane one{on, {.on_finished = [](lane& self) { self.finish(); }}};
  one.other()->write(chunk::copy_of(pattern(0, 10)));
  one.other()->finish();
  REQUIRE(one.nodes.wait_closed(one.log));
  REQUIRE(one.nodes.wait_closed(one.served));
  CHECK(one.log->with([](const lane_record& r) { return r.received; }) == pattern(0, 10));
  CHECK(closed(one.log) == transport_errc::none);
  CHECK(closed(one.served) == transport_errc::none);
}

void ignores_writes_after_finish(link_harness& on) {
  one_lane one{on};
  one.lane->finish();
  one.lane->write(chunk::copy_of(pattern(1, 10)));
  one.lane->finish();
  REQUIRE(on.pump_until([&] { return one.served->with([](const lane_record& r) { return r.finished; }); }));
  on.pump_a_while();
  CHECK(one.served->with([](const lane_record& r) { return r.received.size(); }) == 1);
}

void resets_in_both_directions(link_harness& on) {
  one_lane one{on};
  one.lane->reset();
  one.lane->reset();
  one.lane->write(chunk::copy_of(pattern(1, 10)));
  REQUIRE(one.nodes.wait_closed(one.log));
  REQUIRE(one.nodes.wait_closed(one.served));
  CHECK(closed(one.log) == transport_errc::closed_locally);
  CHECK(closed(one.served) == transport_errc::lane_reset);
  CHECK(one.served->with([](const lane_record& r) { return r.received.size(); }) == 1);
}

void resets_from_within_a_handler(link_harness& on) {
  one_lane one{on, {.on_bytes = [](lane& self, byte_view) { self.reset(); }}};
  one.other()->write(chunk::copy_of(pattern(0, 100'000)));
  REQUIRE(one.nodes.wait_closed(one.log));
  REQUIRE(one.nodes.wait_closed(one.served));
  CHECK(closed(one.log) == transport_errc::closed_locally);
  CHECK(closed(one.served) == transport_errc::lane_reset);
  // Not a byte is handed over once the handler has reset the lane.
  CHECK(one.log->with([](const lane_record& r) { return r.received.size(); }) <= probe_options{}.room);
}

void leaves_other_lanes_alone_when_one_is_reset(link_harness& on) {
  one_lane one{on};
  const auto log = make_lane_log();
  const auto second = one.nodes.open(one.ends.dialler, {echo}, log);
  REQUIRE(second);
  second->reset();
  REQUIRE(one.nodes.wait_closed(log));
  one.lane->write(chunk::copy_of(pattern(1, 50)));
  CHECK(one.nodes.wait_received(one.served, 51));
  CHECK_FALSE(closed(one.log));
}

void refuses_an_unknown_protocol(link_harness& on) {
  one_lane one{on};
  const auto log = make_lane_log();
  one.ends.dialler->open({"/contract/nobody/1"}, make_probe(log));
  REQUIRE(one.nodes.wait_closed(log));
  CHECK(closed(log) == transport_errc::protocol_unknown);
  CHECK_FALSE(log->with([](const lane_record& r) { return r.self != nullptr; }));
  no_violations(log);
  CHECK_FALSE(closed(one.log));
}

void resets_what_accept_refuses(link_harness& on) {
  started_nodes nodes{on};
  lane_server server;
  on.node(1).mount(server.offer({echo}, {}, {}, true));
  const auto link = nodes.connect(0, 1).dialler;
  const auto log = make_lane_log();
  link->open({echo}, make_probe(log)); // the agreement may still reach the opener
  REQUIRE(nodes.wait_closed(log));
  CHECK(closed(log) == transport_errc::lane_reset);
  no_violations(log);
}

void does_not_serve_what_only_we_open(link_harness& on) {
  started_nodes nodes{on};
  lane_server server;
  auto outward = server.offer({echo});
  outward.direction = opens::we_only;
  on.node(1).mount(outward);
  CHECK_FALSE(lists(on.node(1), echo));
  const auto log = make_lane_log();
  nodes.connect(0, 1).dialler->open({echo}, make_probe(log));
  REQUIRE(nodes.wait_closed(log));
  CHECK(closed(log) == transport_errc::protocol_unknown);
  CHECK(server.count() == 0);
}

void takes_the_first_proposal_that_is_mounted(link_harness& on) {
  started_nodes nodes{on};
  lane_server server;
  on.node(1).mount(server.offer({"/contract/b/1", "/contract/c/1"}));
  const auto link = nodes.connect(0, 1).dialler;
  const auto log = make_lane_log();
  REQUIRE(nodes.open(link, {"/contract/a/1", "/contract/c/1", "/contract/b/1"}, log));
  CHECK(log->with([](const lane_record& r) { return r.protocol; }) == "/contract/c/1");
  REQUIRE(on.pump_until([&] { return server.count() == 1; }));
  CHECK(server.at(0)->with([](const lane_record& r) { return r.protocol; }) == "/contract/c/1");
}

void serves_what_is_mounted_after_the_start(link_harness& on) {
  started_nodes nodes{on};
  const auto ends = nodes.connect(0, 1);
  const auto early = make_lane_log();
  CHECK_FALSE(nodes.open(ends.dialler, {echo}, early));
  lane_server server;
  on.node(1).mount(server.offer({echo}));
  CHECK(lists(on.node(1), echo));
  const auto late = make_lane_log();
  CHECK(nodes.open(ends.dialler, {echo}, late));
}

void keeps_open_lanes_of_what_is_unmounted(link_harness& on) {
  one_lane one{on};
  on.node(1).unmount(echo);
  const auto log = make_lane_log();
  one.ends.dialler->open({echo}, make_probe(log));
  REQUIRE(one.nodes.wait_closed(log));
  CHECK(closed(log) == transport_errc::protocol_unknown);
  one.lane->write(chunk::copy_of(pattern(1, 100)));
  CHECK(one.nodes.wait_received(one.served, 101));
}

void is_opened_by_the_listener_as_well(link_harness& on) {
  started_nodes nodes{on};
  lane_server server;
  on.node(0).mount(server.offer({echo}));
  const auto ends = nodes.connect(0, 1);
  const auto log = make_lane_log();
  const auto lane = nodes.open(ends.listener, {echo}, log);
  REQUIRE(lane);
  lane->write(chunk::copy_of(pattern(0, 300)));
  REQUIRE(on.pump_until([&] { return server.count() == 1; }));
  CHECK(nodes.wait_received(server.at(0), 300));
}

} // namespace

std::vector<link_contract_case> lane_contract() {
  return {{"a lane agrees on its protocol", agrees_on_the_protocol},
          {"a lane ends when the opener finishes first", ends_when_the_opener_finishes_first},
          {"a lane ends when the other side finishes first", ends_when_the_other_side_finishes_first},
          {"a lane ignores writes after finish", ignores_writes_after_finish},
          {"a lane resets in both directions", resets_in_both_directions},
          {"a lane resets from within a handler", resets_from_within_a_handler},
          {"a reset leaves other lanes alone", leaves_other_lanes_alone_when_one_is_reset},
          {"an unknown protocol is refused", refuses_an_unknown_protocol},
          {"what accept refuses is reset", resets_what_accept_refuses},
          {"what only we open is not served", does_not_serve_what_only_we_open},
          {"the first proposal that is mounted is taken", takes_the_first_proposal_that_is_mounted},
          {"what is mounted after the start is served", serves_what_is_mounted_after_the_start},
          {"open lanes of what is unmounted stay", keeps_open_lanes_of_what_is_unmounted},
          {"the listener opens lanes as well", is_opened_by_the_listener_as_well}};
}

} // namespace troupe::test
