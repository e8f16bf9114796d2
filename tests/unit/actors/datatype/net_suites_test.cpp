// SPDX-License-Identifier: BSD-3-Clause
// The fixed cases of brb_dt_orswot and brb_dt_tree (spec: brb 5) on whole nodes, by their names.
#include "actors/datatype/tree.hpp"
#include "tests/support/agreement_cluster.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::test;

namespace {

std::size_t refused(const agreement_cluster& cluster) {
  std::size_t count = 0;
  for (const auto& node : cluster.nodes)
    count += node->count_notes("dropping packet");
  return count;
}

/// Two operations of one source, the second before anybody has answered the first. The original refuses one
/// packet and loses the second operation; the window takes both.
void both_at_once(std::string_view type, const command& first, const command& second, std::string_view end) {
  for (const std::size_t members : {1U, 3U, 7U}) {
    agreement_cluster cluster(members, members, 1, type);
    cluster[0].execute(first);
    cluster[0].execute(second);
    cluster.run();
    INFO(type << ", " << members << " members");
    REQUIRE(cluster[0].answers == std::vector<std::string>{"", ""});
    REQUIRE(refused(cluster) == 0);
    REQUIRE(cluster.all_read(std::string{end}));
    REQUIRE(cluster[0].quiet());
  }
}

/// The certificate is made by three members, then two of them leave, then it arrives.
void certificate_after_leaving(std::string_view type, const command& what, std::string_view end) {
  agreement_cluster cluster(3, 3, 1, type);
  cluster[0].execute(what);
  for (std::size_t i : {1U, 2U}) {
    REQUIRE(cluster.deliver_one(actor_number(0), actor_number(i)));
    REQUIRE(cluster.deliver_one(actor_number(i), actor_number(0)));
  }
  REQUIRE(cluster[0].read() == end);
  auto certificates = std::exchange(cluster.links, {});
  for (const std::size_t leaves : {1U, 2U}) {
    REQUIRE(cluster[leaves].leave(leaves).empty());
    cluster.run();
  }
  REQUIRE(cluster[0].members() == std::set{actor_number(0)});
  REQUIRE(cluster[1].read() == "{}");
  REQUIRE(cluster[2].read() == "{}");
  cluster.links = std::move(certificates);
  cluster.run();
  REQUIRE(cluster.all_read(std::string{end}));
  REQUIRE(refused(cluster) == 0);
}

} // namespace

TEST_CASE("orswot: sequential_adds_run_concurrently and both land", "[unit][datatype]") {
  both_at_once("orswot", {"add", {"0"}}, {"add", {"1"}}, "{0, 1}");
}

TEST_CASE("orswot: concurrent_op_and_member_change the value is still applied", "[unit][datatype]") {
  certificate_after_leaving("orswot", {"add", {"32"}}, "{32}");
}

TEST_CASE("tree: sequential_ops_run_concurrently and both land", "[unit][datatype]") {
  both_at_once("tree", {"move", {"1", "root", "Hello"}}, {"move", {"2", "root", "World"}},
               "{root: {1 [Hello], 2 [World]}}");
}

TEST_CASE("tree: concurrent_op_and_member_change the move is still applied", "[unit][datatype]") {
  certificate_after_leaving("tree", {"move", {"1", "root", "32"}}, "{root: {1 [32]}}");
}
