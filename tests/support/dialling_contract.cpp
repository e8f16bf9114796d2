// SPDX-License-Identifier: BSD-3-Clause
// The contract, part three: dials, links and the node itself.
#include "tests/support/link_contract.hpp"

#include <catch2/catch.hpp>

namespace troupe::test {

using namespace transport;

namespace {

std::size_t ups(started_nodes& nodes, std::size_t i) {
  return nodes.observers[i]->log.with([](const network_record& log) { return log.ups.size(); });
}

std::size_t downs(started_nodes& nodes, std::size_t i) {
  return nodes.observers[i]->log.with([](const network_record& log) { return log.downs.size(); });
}

void links_both_ends(link_harness& on) {
  started_nodes nodes{on};
  const auto ends = nodes.connect(0, 1);
  CHECK(ends.dialler->remote() == on.node(1).self());
  CHECK(ends.listener->remote() == on.node(0).self());
  CHECK(ends.dialler->dialled() == direction::outbound);
  CHECK(ends.listener->dialled() == direction::inbound);
  CHECK(ends.dialler->remote_address() == nodes.addresses[1]);
  CHECK_FALSE(ends.listener->remote_address().empty());
  CHECK_FALSE(
    nodes.observers[1]->log.with([](const network_record& log) { return log.ups[0].dialled.has_value(); }));
  on.pump_a_while();
  CHECK(ups(nodes, 0) == 1);
  CHECK(ups(nodes, 1) == 1);
  CHECK(ups(nodes, 2) == 0);
}

void takes_whoever_answers(link_harness& on) {
  started_nodes nodes{on};
  nodes.dial(0, std::nullopt, {nodes.addresses[2]});
  REQUIRE(on.pump_until([&] { return ups(nodes, 0) == 1 && ups(nodes, 2) == 1; }));
}

void refuses_the_wrong_peer(link_harness& on) {
  started_nodes nodes{on};
  const auto dial = nodes.dial(0, on.node(2).self(), {nodes.addresses[1]});
  CHECK(nodes.wait_failure(0, dial) == transport_errc::wrong_peer);
  const auto named = nodes.dial(0, std::nullopt, {nodes.addresses[1].with_peer(on.node(2).self())});
  CHECK(nodes.wait_failure(0, named) == transport_errc::wrong_peer);
  on.pump_a_while();
  CHECK(ups(nodes, 0) == 0);
  CHECK(ups(nodes, 1) == 0);
}

void fails_where_nobody_listens(link_harness& on) {
  started_nodes nodes{on};
  const auto dial = nodes.dial(0, on.node(1).self(), {on.dead_address()});
  CHECK(nodes.wait_failure(0, dial) == transport_errc::dial_failed);
  const auto nowhere = nodes.dial(0, on.node(1).self(), {});
  CHECK(nodes.wait_failure(0, nowhere) == transport_errc::address_unusable);
  CHECK(ups(nodes, 0) == 0);
}

void tries_the_addresses_in_order(link_harness& on) {
  started_nodes nodes{on};
  nodes.dial(0, on.node(1).self(), {on.dead_address(), nodes.addresses[2], nodes.addresses[1]});
  REQUIRE(on.pump_until([&] { return ups(nodes, 0) == 1 && ups(nodes, 1) == 1; }));
  CHECK(nodes.observers[0]->log.with([](const network_record& log) { return log.failures.empty(); }));
}

void does_not_dial_itself(link_harness& on) {
  started_nodes nodes{on};
  const auto wanted = nodes.dial(0, on.node(0).self(), {nodes.addresses[0]});
  CHECK(nodes.wait_failure(0, wanted) == transport_errc::self_dial);
  const auto unknowing = nodes.dial(0, std::nullopt, {nodes.addresses[0]});
  CHECK(nodes.wait_failure(0, unknowing) == transport_errc::self_dial);
  on.pump_a_while();
  CHECK(ups(nodes, 0) == 0);
}

void keeps_both_links_when_both_dial(link_harness& on) {
  started_nodes nodes{on};
  lane_server server;
  on.node(1).mount(server.offer({"/contract/echo/1"}));
  nodes.dial(0, on.node(1).self(), {nodes.addresses[1]});
  nodes.dial(1, on.node(0).self(), {nodes.addresses[0]});
  REQUIRE(on.pump_until([&] { return ups(nodes, 0) == 2 && ups(nodes, 1) == 2; }));
  for (std::size_t i = 0; i < 2; ++i) {
    const auto link =
      nodes.observers[0]->log.with([i](const network_record& log) { return log.ups[i].link; });
    const auto log = make_lane_log();
    CHECK(nodes.open(link, {"/contract/echo/1"}, log));
  }
  const auto first = nodes.observers[0]->log.with([](const network_record& log) { return log.ups[0].link; });
  first->close(transport_errc::superseded);
  CHECK(nodes.wait_down(0, first->id()) == transport_errc::superseded);
  REQUIRE(on.pump_until([&] { return downs(nodes, 1) == 1; }));
  CHECK(downs(nodes, 0) == 1);
}

void links_again_after_a_close(link_harness& on) {
  started_nodes nodes{on};
  const auto first = nodes.connect(0, 1);
  first.dialler->close(transport_errc::closed_locally);
  CHECK(nodes.wait_down(0, first.dialler->id()) == transport_errc::closed_locally);
  CHECK(nodes.wait_down(1, first.listener->id()) == transport_errc::closed_remotely);
  const auto second = nodes.connect(0, 1);
  CHECK(second.dialler->id() != first.dialler->id());
}

void ends_all_links_on_stop(link_harness& on) {
  started_nodes nodes{on};
  lane_server server;
  on.node(1).mount(server.offer({"/contract/echo/1"}));
  const auto ends = nodes.connect(0, 1);
  nodes.connect(0, 2);
  const auto log = make_lane_log();
  const auto lane = nodes.open(ends.dialler, {"/contract/echo/1"}, log);
  REQUIRE(lane);
  on.node(0).stop();
  CHECK(downs(nodes, 0) == 2);
  CHECK(nodes.wait_down(0, ends.dialler->id()) == transport_errc::stopped);
  CHECK(log->with([](const lane_record& r) { return r.closed; }) == transport_errc::link_closed);
  CHECK(nodes.wait_down(1, ends.listener->id()) == transport_errc::closed_remotely);
  lane->write(chunk::copy_of(pattern(0, 10)));
  ends.dialler->open({"/contract/echo/1"}, make_probe(make_lane_log()));
  on.pump_a_while();
  const auto dial = nodes.dial(1, on.node(0).self(), {nodes.addresses[0]});
  CHECK(nodes.wait_failure(1, dial) == transport_errc::dial_failed);
}

void does_not_listen_twice_on_one_address(link_harness& on) {
  started_nodes nodes{on};
  const auto again = on.node(1).listen(nodes.addresses[0]);
  REQUIRE_FALSE(again);
  CHECK(again.error().code == transport_errc::listen_failed);
  CHECK(on.node(0).listen_addresses() == std::vector<multiaddr>{nodes.addresses[0]});
}

void runs_posted_tasks_in_order(link_harness& on) {
  started_nodes nodes{on};
  const auto log = std::make_shared<guarded<std::vector<int>>>();
  on.node(0).at_turn_end([log] {
    log->with([](std::vector<int>& order) {
      if (!order.empty() && order.back() != 0)
        order.push_back(0);
    });
  });
  for (const int i : {1, 2, 3})
    on.node(0).post([log, i] { log->with([i](std::vector<int>& order) { order.push_back(i); }); });
  REQUIRE(on.pump_until([&] {
    return log->with(
      [](const std::vector<int>& order) { return !order.empty() && order.back() == 0 && order.size() > 3; });
  }));
  auto order = log->with([](const std::vector<int>& all) { return all; });
  std::erase(order, 0);
  CHECK(order == std::vector<int>{1, 2, 3});
}

} // namespace

std::vector<link_contract_case> dialling_contract() {
  return {{"a dial links both ends", links_both_ends},
          {"a dial takes whoever answers", takes_whoever_answers},
          {"a dial refuses the wrong peer", refuses_the_wrong_peer},
          {"a dial fails where nobody listens", fails_where_nobody_listens},
          {"a dial tries the addresses in order", tries_the_addresses_in_order},
          {"a node does not dial itself", does_not_dial_itself},
          {"both links stay when both ends dial", keeps_both_links_when_both_dial},
          {"nodes link again after a close", links_again_after_a_close},
          {"stop ends all links", ends_all_links_on_stop},
          {"one address is not listened on twice", does_not_listen_twice_on_one_address},
          {"posted tasks run in order", runs_posted_tasks_in_order}};
}

} // namespace troupe::test
