// SPDX-License-Identifier: BSD-3-Clause
// A group of two real nodes for each data type: what one does the other reads. And what nodes of different
// types say to one another.
#include "tests/system/node_processes.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <thread>

using namespace troupe;
using namespace std::chrono_literals;
using test::node_process;

namespace {

struct pair_of_nodes {
  explicit pair_of_nodes(const std::string& type) : a({"--type", type}), b({"--type", type}) {
    const auto name_a = a.actor();
    const auto name_b = b.actor();
    b.type("peer " + a.address());
    a.await("peers 2");
    b.await("peers 2");
    a.type("trust me");
    b.type("trust " + name_a);
    a.type("join " + name_b);
    a.await("voting 2");
    b.await("voting 2");
  }

  /// Types the question until the answer holds `part`, on a busy machine for a while.
  static void reads(node_process& at, const std::string& question, const std::string& part) {
    const auto until = std::chrono::steady_clock::now() + 20s;
    for (; std::chrono::steady_clock::now() < until; std::this_thread::sleep_for(10ms)) {
      at.type(question);
      at.type("marker");
      for (;;) {
        const auto line = at.process().read_line(child_process::seconds{30});
        INFO(at.process().output());
        REQUIRE(line);
        if (line->find(part) != std::string::npos && !line->starts_with('['))
          return;
        if (line->starts_with("unknown command 'marker'"))
          break;
      }
    }
    INFO(at.process().output());
    FAIL(question + " does not print " + part);
  }

  node_process a;
  node_process b;
};

} // namespace

TEST_CASE("types: two nodes agree on a register", "[system][types]") {
  pair_of_nodes nodes("register");
  pair_of_nodes::reads(nodes.b, "get", "(unset)");
  nodes.a.type("set hello");
  pair_of_nodes::reads(nodes.b, "get", "hello");
  nodes.b.type("set 42");
  pair_of_nodes::reads(nodes.a, "get", "42");
}

TEST_CASE("types: two nodes agree on accounts", "[system][types]") {
  pair_of_nodes nodes("at2");
  const auto b = nodes.b.actor();
  nodes.a.type("open 100");
  nodes.b.type("open 5");
  pair_of_nodes::reads(nodes.a, "balance " + b, "5");
  nodes.a.type("transfer " + b + " 60");
  REQUIRE(nodes.a.reply("transfer " + b + " 60", "[CLI]") ==
          "[CLI] Error executing datatype op: InsufficientFunds");
  pair_of_nodes::reads(nodes.b, "balance me", "65");
  pair_of_nodes::reads(nodes.a, "balance me", "40");
  pair_of_nodes::reads(nodes.b, "balance", b + ": 65");
}

TEST_CASE("types: two nodes agree on a tree", "[system][types]") {
  pair_of_nodes nodes("tree");
  nodes.a.type("move docs root");
  pair_of_nodes::reads(nodes.b, "show", "{root: {docs}}");
  nodes.b.type("move a docs draft");
  pair_of_nodes::reads(nodes.a, "show", "{root: {docs: {a [draft]}}}");
  REQUIRE(nodes.a.reply("move root a", "[CLI]") == "[CLI] Error executing datatype op: BelowItself");
}

TEST_CASE("types: a command of another type names that type", "[system][types]") {
  node_process set;
  REQUIRE(set.reply("open 5", "[REPL]") ==
          "[REPL] open is a command of --type at2, and this node runs --type orswot");
  node_process tree({"--type", "tree"});
  REQUIRE(tree.reply("add 3", "[REPL]") ==
          "[REPL] add is a command of --type orswot, and this node runs --type tree");
}

TEST_CASE("types: nodes of different types refuse one another", "[system][types]") {
  node_process bank({"--type", "at2"});
  node_process set;
  const auto line = set.reply("peer " + bank.address(), "another network");
  INFO(line);
  REQUIRE(line.find("start both with the same --network and --type") != std::string::npos);
}
