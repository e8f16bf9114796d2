// SPDX-License-Identifier: BSD-3-Clause
// Identify over TCP: every link is identified at both ends, and what changes is pushed. The service itself is
// tested in the unit tier; here its seams are.
#include "tests/system/support/tcp_nodes.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace troupe;
using namespace troupe::test;
using namespace troupe::transport;

namespace {

struct identity_probe final : network_observer {
  void link_up(const link_ptr&, std::optional<dial_id>) override {}
  void link_identified(const link_ptr&, const identity& said) override {
    told.with([&](std::vector<identity>& all) { all.push_back(said); });
  }
  void link_down(const link_ptr&, transport_errc) override {}
  void dial_failed(dial_id, const transport_error&) override {}

  std::size_t count() {
    return told.with([](const std::vector<identity>& all) { return all.size(); });
  }
  identity last() {
    return told.with([](const std::vector<identity>& all) { return all.back(); });
  }
  guarded<std::vector<identity>> told;
};

bool has(const std::vector<std::string>& ids, const std::string& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

} // namespace

TEST_CASE("tcp network: both ends of a link identify and hear of later changes", "[system][transport][tcp]") {
  tcp_nodes nodes{[](tcp_options& options) {
    options.identify.agent_version = "troupe/test";
    options.identify.push_delay = std::chrono::milliseconds{20};
  }};
  identity_probe observers[link_harness::nodes];
  for (std::size_t i = 0; i < link_harness::nodes; ++i)
    nodes.node(i).start(observers[i]);
  const auto bound = nodes.node(0).listen(nodes.listen_address());
  REQUIRE(bound);
  nodes.node(1).dial({dial_id{1}, nodes.node(0).self(), {*bound}});
  REQUIRE(wait_for([&] { return observers[0].count() >= 1 && observers[1].count() >= 1; }));
  const auto told = observers[1].last();
  CHECK(told.agent_version == "troupe/test");
  CHECK(told.listen_addresses == std::vector<multiaddr>{*bound});
  CHECK(has(told.protocols, "/ipfs/ping/1.0.0"));
  CHECK(has(told.protocols, identify_id));
  CHECK_FALSE(told.observed_address.empty());

  lane_server server;
  nodes.node(0).mount(server.offer({"/test/late/1"}));
  CHECK(wait_for([&] { return has(observers[1].last().protocols, "/test/late/1"); }));
  const auto second = nodes.node(0).listen(nodes.listen_address());
  REQUIRE(second);
  CHECK(wait_for([&] {
    return observers[1].last().listen_addresses == std::vector<multiaddr>{*bound, *second};
  }));
  for (std::size_t i = 0; i < link_harness::nodes; ++i)
    nodes.node(i).stop();
}
