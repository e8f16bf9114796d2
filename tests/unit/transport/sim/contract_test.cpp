// SPDX-License-Identifier: BSD-3-Clause
// The contract of links, held by the simulated network: undisturbed, and under every fault that is meant to
// keep it.
#include "tests/support/sim_nodes.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;
using namespace troupe::transport;

TEST_CASE("sim network: keeps the contract of links", "[unit][transport][sim]") {
  for (const auto& one : link_contract()) {
    DYNAMIC_SECTION(one.name) {
      sim_nodes nodes{1, {}, {}, sim_identity::keyed};
      one.run(nodes);
    }
  }
}

TEST_CASE("sim network: keeps the contract under delay and jitter and split deliveries",
          "[unit][transport][sim]") {
  link_conditions rough;
  rough.delay_min = std::chrono::milliseconds{1};
  rough.delay_mean = std::chrono::milliseconds{5};
  rough.jitter = std::chrono::milliseconds{20};
  rough.bandwidth = 10u << 20;
  rough.split = 300'000;
  rough.raw = {.drop = 500'000, .duplicate = 500'000, .reorder = 500'000}; // on /troupe/ lanes only
  for (const auto& one : link_contract()) {
    DYNAMIC_SECTION(one.name) {
      sim_nodes nodes{7, {}, rough, sim_identity::keyed};
      one.run(nodes);
    }
  }
}
