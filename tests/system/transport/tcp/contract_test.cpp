// SPDX-License-Identifier: BSD-3-Clause
// The contract of links, held by TCP: with the muxer agreed in the TLS handshake, and by multistream inside
// it.
#include "tests/system/support/tcp_nodes.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;
using namespace troupe::transport;

namespace {
constexpr std::chrono::milliseconds push_delay{20};
}

TEST_CASE("tcp network: keeps the contract of links", "[system][transport][tcp]") {
  for (const auto& one : link_contract()) {
    DYNAMIC_SECTION(one.name) {
      tcp_nodes nodes{[](tcp_options& options) { options.identify.push_delay = push_delay; }};
      one.run(nodes);
    }
  }
}

TEST_CASE("tcp network: keeps the contract with classic muxer negotiation", "[system][transport][tcp]") {
  for (const auto& one : link_contract()) {
    DYNAMIC_SECTION(one.name) {
      tcp_nodes nodes{[](tcp_options& options) {
        options.early_muxers = false;
        options.identify.push_delay = push_delay;
      }};
      one.run(nodes);
    }
  }
}
