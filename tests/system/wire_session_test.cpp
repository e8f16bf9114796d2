// SPDX-License-Identifier: BSD-3-Clause
// Frames of 4 GiB on the lanes of a whole node. Goal: refused from the header alone, counted, the sender
// dropped, and another node still joins. Method: a hand-driven peer against an embedded node.
#include "node/node.hpp"
#include "tests/system/support/memory_use.hpp"
#include "tests/system/support/tcp_nodes.hpp"
#include "tests/system/support/wire_peer.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;
using namespace troupe::transport;

namespace {

class silent final : public log_sink {
public:
  bool wants(log_level) const override { return false; }
  void write(log_level, std::string_view, time_point, std::string_view) override {}
};

std::unique_ptr<node> start(runtime& shared) {
  auto made = node::start(shared, {node_config{}, std::make_shared<silent>(), {}});
  REQUIRE(made);
  return std::move(*made);
}

double ended(node& of, const std::string& reason) {
  for (const auto& one : ask<std::vector<metric>>([&](auto done) { of.metrics(done); }))
    if (one.name == "troupe_connections_ended_total" && one.labels.front().second == reason)
      return one.value;
  return -1;
}

} // namespace

TEST_CASE("node: a session frame of 4 GiB costs its sender the connection", "[system][node][length]") {
  runtime shared{1};
  const auto victim = start(shared);
  const auto before = resident_bytes();
  wire_peer attacker{victim->listen_addresses().front().without_peer()};
  REQUIRE(attacker.upgrade());
  // Little endian: length, type 0x0101, no flags.
  const std::uint8_t header[] = {0xff, 0xff, 0xff, 0xff, 0x01, 0x01, 0, 0};
  attacker.open(1, "/troupe/session/1", header);
  CHECK(wait_for([&] { return attacker.closed(); }));
  // In good order, so that its SessionClose could tell the sender why.
  CHECK(ended(*victim, "closed_locally") == 1);
  CHECK(resident_bytes() < before + (64u << 20));

  const auto honest = start(shared);
  const auto joined =
    ask<node::outcome>([&](auto done) { honest->connect(victim->listen_addresses().front(), done); });
  CHECK(joined);
}
