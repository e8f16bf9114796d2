// SPDX-License-Identifier: BSD-3-Clause
// A node killed at an exact step, restarted on its data directory: same identity, nothing contradicted, the same set in the end.
#include "tests/system/node_processes.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using test::node_process;

namespace {

/// Two voters, the second of which has a data directory and dies at `trigger`.
struct pair_of_nodes {
  temporary_directory directory;
  std::string data = directory.path() + "/b";
  node_process a{{"--anti-entropy", "manual"}};
  std::unique_ptr<node_process> b;
  std::string id_a = a.actor();
  std::string id_b;
  std::string listen_b;

  explicit pair_of_nodes(const std::string& trigger) {
    b = std::make_unique<node_process>(std::vector<std::string>{}, std::vector<std::string>{TROUPE_KILLED_NODE, trigger, data});
    id_b = b->actor();
    listen_b = b->address().substr(0, b->address().find("/p2p/"));
    a.type("trust me");
    b->type("peer " + a.address());
    b->await("peers 2");
    b->type("trust " + id_a);
    a.await("peers 2");
    a.type("join " + id_b);
    a.await("voting 2");
    b->type("anti_entropy " + id_a);
    b->await("voting 2");
  }

  void dies() {
    REQUIRE(b->process().wait(child_process::seconds{20}) == 128 + 9);
  }
  void comes_back() {
    b = std::make_unique<node_process>(std::vector<std::string>{"--data", data, "--listen", listen_b});
    REQUIRE(b->actor() == id_b);
    b->type("peer " + a.address());
    b->await("voting 2");
  }
};

} // namespace

TEST_CASE("kill: between a lock and its echo", "[system][kill]") {
  pair_of_nodes nodes{"payload: BRB(SignedValidated"};
  nodes.a.type("add 3");
  nodes.dies();
  nodes.comes_back();
  nodes.a.await("read {3} 30");
  nodes.b->await("read {3} 30");
  REQUIRE(nodes.a.process().output().find("SourceAlreadyHasPendingMsg") == std::string::npos);
}

TEST_CASE("kill: between an own request and its proof", "[system][kill]") {
  pair_of_nodes nodes{"we have quorum over msg"};
  nodes.b->type("add 4");
  nodes.dies();
  nodes.comes_back();
  nodes.b->await("read {4} 30");
  nodes.a.await("read {4} 30");
  nodes.b->type("add 5"); // the next slot, not the same one again
  nodes.b->await("read {4, 5} 30");
  nodes.a.await("read {4, 5} 30");
}

TEST_CASE("kill: between an own vote and its cast", "[system][kill]") {
  pair_of_nodes nodes{"[P2P] Starting leave for actor"};
  nodes.b->type("leave " + nodes.id_a);
  nodes.dies();
  nodes.comes_back();
  nodes.b->type("add 6");
  nodes.b->await("read {6} 30");
  nodes.a.await("read {6} 30");
}
