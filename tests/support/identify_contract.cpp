// SPDX-License-Identifier: BSD-3-Clause
// The contract, part four: both ends of a link identify themselves, and what changes afterwards is pushed.
#include "tests/support/link_contract.hpp"
#include "transport/identify/identify_service.hpp"
#include "transport/ping/responder.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace troupe::test {

using namespace transport;

namespace {

const std::string late = "/contract/late/1";

/// What node `at` was told last over `on`; nothing if it was told nothing.
std::optional<identity> told(started_nodes& nodes, std::size_t at, const link_ptr& on) {
  return nodes.observers[at]->log.with([&](const network_record& log) -> std::optional<identity> {
    const auto found = log.identified.find(on->id());
    return found == log.identified.end() ? std::nullopt : std::optional{found->second};
  });
}

bool serves(const std::optional<identity>& who, const std::string& id) {
  return who && std::find(who->protocols.begin(), who->protocols.end(), id) != who->protocols.end();
}

void identifies_both_ends(link_harness& on) {
  started_nodes nodes{on};
  const auto ends = nodes.connect(0, 1);
  REQUIRE(on.pump_until([&] { return told(nodes, 0, ends.dialler) && told(nodes, 1, ends.listener); }));
  const auto listener = *told(nodes, 0, ends.dialler);
  const auto dialler = *told(nodes, 1, ends.listener);
  CHECK(listener.agent_version == "troupe");
  CHECK(listener.protocol_version == "ipfs/0.1.0");
  CHECK(listener.listen_addresses == std::vector{nodes.addresses[1]});
  CHECK(dialler.listen_addresses == std::vector{nodes.addresses[0]});
  CHECK(serves(listener, identify_id));
  CHECK(serves(listener, identify_push_id));
  CHECK(serves(listener, ping::protocol_id));
  CHECK(listener.observed_address == ends.listener->remote_address());
  CHECK(dialler.observed_address == ends.dialler->remote_address());
}

void pushes_what_is_mounted_and_unmounted(link_harness& on) {
  started_nodes nodes{on};
  const auto ends = nodes.connect(0, 1);
  REQUIRE(on.pump_until([&] { return told(nodes, 0, ends.dialler).has_value(); }));
  CHECK_FALSE(serves(told(nodes, 0, ends.dialler), late));
  lane_server server;
  on.node(1).mount(server.offer({late}));
  CHECK(on.pump_until([&] { return serves(told(nodes, 0, ends.dialler), late); }));
  on.node(1).unmount(late);
  CHECK(on.pump_until([&] { return !serves(told(nodes, 0, ends.dialler), late); }));
}

void pushes_a_new_address(link_harness& on) {
  started_nodes nodes{on};
  const auto ends = nodes.connect(0, 1);
  REQUIRE(on.pump_until([&] { return told(nodes, 1, ends.listener).has_value(); }));
  const auto second = on.node(0).listen(on.listen_address());
  REQUIRE(second);
  const std::vector both{nodes.addresses[0], *second};
  CHECK(on.pump_until([&] { return told(nodes, 1, ends.listener)->listen_addresses == both; }));
}

void identifies_on_each_link_anew(link_harness& on) {
  started_nodes nodes{on};
  const auto first = nodes.connect(0, 1);
  REQUIRE(on.pump_until([&] { return told(nodes, 0, first.dialler).has_value(); }));
  first.dialler->close(transport_errc::closed_locally);
  REQUIRE(nodes.wait_down(1, first.listener->id()));
  const auto second = nodes.connect(0, 1);
  CHECK(on.pump_until([&] { return told(nodes, 0, second.dialler) && told(nodes, 1, second.listener); }));
}

} // namespace

std::vector<link_contract_case> identify_contract() {
  return {{"both ends of a link identify", identifies_both_ends},
          {"what is mounted and unmounted later is pushed", pushes_what_is_mounted_and_unmounted},
          {"a new listen address is pushed", pushes_a_new_address},
          {"each link identifies anew", identifies_on_each_link_anew}};
}

} // namespace troupe::test
