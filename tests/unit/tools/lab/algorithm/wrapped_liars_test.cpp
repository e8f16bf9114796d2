// SPDX-License-Identifier: BSD-3-Clause
// Liars around an honest machine: how often they ask, how slowly they answer, and that both are bounded.
#include "tests/unit/tools/lab/algorithm/machine_net.hpp"
#include "tools/lab/algorithm/wrapped_liars.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::lab;
using lines = std::vector<std::string>;

namespace {

using wrap = std::unique_ptr<broadcast> (*)(std::unique_ptr<broadcast>, const broadcast_options&);
using make = std::unique_ptr<broadcast> (*)(broadcast_options);

/// The last node lies.
machine_net with_liar(std::size_t count, make inner, wrap outer) {
  return {count, [=](std::size_t index, broadcast_options options) {
            auto honest = inner(options);
            return index + 1 == count ? outer(std::move(honest), options) : std::move(honest);
          }};
}

} // namespace

TEST_CASE("flooding: asks all with each resend and no more than so often between", "[unit][lab][wrapped]") {
  for (const auto inner : {make_original, make_bracha}) {
    auto net = with_liar(4, inner, make_flooding);
    for (int i = 0; i < 3; ++i) {
      REQUIRE(net.execute(0, "a"));
      REQUIRE(net.run());
    }
    net.resend(3);
    const auto before = net.packets();
    REQUIRE(net.run());
    const auto first = net.packets() - before;
    CHECK(first >= 3);
    CHECK(first < 2000);
    for (std::size_t i = 0; i < 4; ++i)
      CHECK(net.history(i) == lines{"0.1 a", "0.2 a", "0.3 a"});
  }
}

TEST_CASE("dripping: one packet with each resend", "[unit][lab][wrapped]") {
  for (const auto inner : {make_original, make_bracha}) {
    auto net = with_liar(4, inner, make_dripping);
    REQUIRE(net.execute(0, "a"));
    std::size_t from_liar = 0;
    net.lose = [&](const auto& each) {
      from_liar += each.from == 3;
      return false;
    };
    REQUIRE(net.run());
    CHECK(from_liar == 0);
    for (std::size_t i = 0; i < 3; ++i)
      CHECK(net.history(i) == lines{"0.1 a"});
    for (std::size_t turn = 1; turn <= 2; ++turn) {
      net.resend(3);
      REQUIRE(net.run());
      CHECK(from_liar == turn);
    }
  }
}

TEST_CASE("dripping: what waits is bounded", "[unit][lab][wrapped]") {
  auto net = with_liar(4, make_original, make_dripping);
  for (std::size_t i = 0; i < 2 * drip_max; ++i) {
    REQUIRE(net.execute(0, "a"));
    REQUIRE(net.run());
  }
  std::size_t from_liar = 0;
  net.lose = [&](const auto& each) {
    from_liar += each.from == 3;
    return false;
  };
  for (std::size_t turn = 0; turn < 4 * drip_max; ++turn) {
    net.resend(3);
    REQUIRE(net.run());
  }
  CHECK(from_liar == drip_max);
}
