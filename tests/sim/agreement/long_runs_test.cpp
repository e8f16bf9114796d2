// SPDX-License-Identifier: BSD-3-Clause
// What takes the cluster of bare machines too long for the unit tier: hundreds of operations, six sponsors at
// once.
#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;

namespace {

/// All ask all until nobody learns anything.
void drain(agreement_cluster& cluster) {
  for (int round = 0; round < 3; ++round)
    cluster.anti_entropy_round();
}

} // namespace

TEST_CASE("broadcast: a newcomer catches up over two pages", "[sim][brb]") {
  agreement_cluster cluster(2);
  cluster[0].trust(0);
  cluster[1].trust(0);
  std::string all;
  for (std::uint64_t value = 1; value <= 300; ++value) {
    cluster[0].execute("add", value);
    all += (all.empty() ? "" : ", ") + std::to_string(value);
  }
  std::size_t pages = 0;
  cluster.lose = [&](const auto&, const auto&, const auto& what) {
    const auto* packet = std::get_if<brb::packet>(&what);
    pages += packet && std::holds_alternative<brb::anti_entropy_page>(*packet);
    return false;
  };
  REQUIRE(cluster[0].join(1).empty());
  cluster.run();
  cluster[1].ask(0);
  cluster.run();
  REQUIRE(pages == 2);
  REQUIRE(cluster[1].read() == "{" + all + "}");
}

TEST_CASE("voting group: split_vote of one to six sponsors ends equal and larger", "[sim][membership]") {
  for (std::size_t n = 1; n <= 6; ++n)
    for (const bool in_order : {true, false}) {
      if (!in_order && n > 4)
        continue; // the properties of the sim tier go further
      agreement_cluster cluster(2 * n, n, n);
      for (std::size_t i = 0; i < n; ++i)
        REQUIRE(cluster[i].join(n + i).empty());
      while (!in_order && cluster.deliver_random())
        continue;
      drain(cluster);
      INFO(n << (in_order ? " in order" : " shuffled"));
      for (std::size_t i = 1; i < n; ++i)
        REQUIRE(cluster[i].members() == cluster[0].members());
      REQUIRE(cluster[0].members().size() > n);
    }
}

TEST_CASE("voting group: round_robin_split_vote ends equal", "[sim][membership]") {
  for (std::size_t n = 1; n <= 6; ++n) {
    agreement_cluster cluster(2 * n, n);
    for (std::size_t i = 0; i < n; ++i)
      REQUIRE(cluster[i].join(n + i).empty());
    for (bool any = true; any;) {
      any = false;
      for (std::size_t from = 0; from < n; ++from)
        for (std::size_t to = 0; to < n; ++to)
          any = cluster.deliver_one(actor_number(from), actor_number(to)) || any;
    }
    drain(cluster);
    for (std::size_t i = 1; i < n; ++i)
      REQUIRE(cluster[i].members() == cluster[0].members());
    REQUIRE(cluster[0].members().size() > n);
  }
}
