// SPDX-License-Identifier: BSD-3-Clause
#include "node/repl/repl_command.hpp"

#include "node/repl/line_source.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using repl::verb;

namespace {

repl::command parsed(std::string_view line) {
  const auto outcome = repl::parse(line);
  REQUIRE(outcome);
  REQUIRE(outcome->has_value());
  return **outcome;
}

std::string refused(std::string_view line) {
  const auto outcome = repl::parse(line);
  REQUIRE_FALSE(outcome);
  return outcome.error().text;
}

} // namespace

TEST_CASE("repl: empty lines and comments do nothing", "[unit][repl]") {
  for (const auto* line : {"", "   ", "\t", "# a remark", "\r"}) {
    const auto outcome = repl::parse(line);
    REQUIRE(outcome);
    REQUIRE_FALSE(outcome->has_value());
  }
}

TEST_CASE("repl: peer takes ip and port or a multiaddr", "[unit][repl]") {
  REQUIRE(parsed("peer 127.0.0.1:41644").address.text() == "/ip4/127.0.0.1/tcp/41644");
  REQUIRE(parsed("peer [::1]:7").address.text() == "/ip6/::1/tcp/7");
  REQUIRE(parsed("  peer   /dns4/example.com/tcp/443 ").address.text() == "/dns4/example.com/tcp/443");
}

TEST_CASE("repl: a bad address says so in one line", "[unit][repl]") {
  for (const auto* line : {"peer nonsense", "peer 1.2.3.4", "peer 1.2.3.4:99999", "peer /ip4/1.2.3/tcp/1", "peer ::1:7"}) {
    const auto text = refused(line);
    REQUIRE(text.starts_with("[REPL] bad addr "));
    REQUIRE(text.find('\n') == std::string::npos);
  }
}

TEST_CASE("repl: wrong arity prints the words of the seed", "[unit][repl]") {
  REQUIRE(refused("peer") == "help: peer <ip>:<port>");
  REQUIRE(refused("peer a b") == "help: peer <ip>:<port>");
  REQUIRE(refused("peers x") == "help: peers expects no arguments");
  REQUIRE(refused("trust") == "help: trust id:8sdkgalsd | trust me");
  REQUIRE(refused("untrust") == "help: untrust id:8f4e");
  REQUIRE(refused("add") == "help: add <v>");
  REQUIRE(refused("remove 1 2") == "help: remove <v>");
}

TEST_CASE("repl: elements are unsigned 64 bit numbers", "[unit][repl]") {
  REQUIRE(parsed("add 18446744073709551615").value == 18446744073709551615u);
  REQUIRE(refused("add 18446744073709551616") == "[REPL] bad arg: '18446744073709551616'");
  REQUIRE(refused("add -1") == "[REPL] bad arg: '-1'");
  REQUIRE(refused("remove three") == "[REPL] bad arg: 'three'");
  REQUIRE(refused("add 3x") == "[REPL] bad arg: '3x'");
}

TEST_CASE("repl: retry read and dbg ignore what follows as the seed does", "[unit][repl]") {
  REQUIRE(parsed("read now").what == verb::read);
  REQUIRE(parsed("retry all").what == verb::retry);
  REQUIRE(parsed("dbg x y").what == verb::dbg);
}

TEST_CASE("repl: an unknown command is named", "[unit][repl]") {
  REQUIRE(refused("frobnicate 3") == "unknown command 'frobnicate': type help for the list");
}

TEST_CASE("repl: wait takes a count or a set and optional seconds", "[unit][repl]") {
  REQUIRE(parsed("wait peers 2").what == verb::wait_peers);
  REQUIRE(parsed("wait peers 2").limit == std::chrono::seconds{10});
  const auto voting = parsed("wait voting 3 60");
  REQUIRE(voting.what == verb::wait_voting);
  REQUIRE(voting.value == 3);
  REQUIRE(voting.limit == std::chrono::seconds{60});
  REQUIRE(parsed("wait read {}").elements.empty());
  REQUIRE(parsed("wait read {3, 1} 5").elements == std::set<std::uint64_t>{1, 3});
  REQUIRE(parsed("wait read {3,1}").elements == std::set<std::uint64_t>{1, 3});
}

TEST_CASE("repl: a malformed wait shows how it is written", "[unit][repl]") {
  for (const auto* line : {"wait", "wait peers", "wait peers x", "wait read", "wait read 3", "wait read {3", "wait read {a}",
                           "wait sleep 3", "wait peers 2 x", "wait peers 2 3 4", "wait peers 2 99999999999"})
    REQUIRE(refused(line).starts_with("help: wait peers <n>"));
}

TEST_CASE("repl: help lists every command", "[unit][repl]") {
  for (const auto& name : repl::command_names())
    REQUIRE(repl::help_text().find(name) != std::string::npos);
}

TEST_CASE("repl: commands of data types carry their type and words", "[unit][repl]") {
  const auto transfer = parsed("transfer i:3497d6 5");
  REQUIRE(transfer.what == verb::of_type);
  REQUIRE(transfer.own.type == "at2");
  REQUIRE_FALSE(transfer.own.asks);
  REQUIRE(transfer.own.what.action == "transfer");
  REQUIRE(transfer.own.what.arguments == std::vector<std::string>{"i:3497d6", "5"});
  REQUIRE(transfer.own.id_at == std::size_t{0});
  REQUIRE(parsed("balance").own.asks);
  REQUIRE_FALSE(parsed("balance").own.id_at);
  REQUIRE(parsed("balance me").own.id_at == std::size_t{0});
  REQUIRE(parsed("move a b").own.type == "tree");
  REQUIRE(parsed("move a b c").own.what.arguments.size() == 3);
  REQUIRE(parsed("show").own.asks);
  REQUIRE(parsed("set hello").own.type == "register");
  REQUIRE(parsed("get").own.asks);
  REQUIRE(parsed("open 5").own.what.arguments == std::vector<std::string>{"5"});
}

TEST_CASE("repl: commands of data types refuse wrong arity and numbers", "[unit][repl]") {
  REQUIRE(refused("open") == "help: open <balance>");
  REQUIRE(refused("open x") == "[REPL] bad arg: 'x'");
  REQUIRE(refused("transfer me") == "help: transfer id:8f4e <amount>");
  REQUIRE(refused("transfer me -1") == "[REPL] bad arg: '-1'");
  REQUIRE(refused("transfer me 18446744073709551616") == "[REPL] bad arg: '18446744073709551616'");
  REQUIRE(refused("balance me you") == "help: balance | balance id:8f4e | balance me");
  REQUIRE(refused("move a") == "help: move <child> <parent> [<meta>]");
  REQUIRE(refused("move a b c d") == "help: move <child> <parent> [<meta>]");
  REQUIRE(refused("show all") == "help: show expects no arguments");
  REQUIRE(refused("set") == "help: set <value>");
  REQUIRE(refused("set two words") == "help: set <value>");
  REQUIRE(refused("get it") == "help: get expects no arguments");
  REQUIRE(repl::of_another_type("open", "at2", "orswot") ==
          "[REPL] open is a command of --type at2, and this node runs --type orswot");
}

TEST_CASE("repl: sets print ascending", "[unit][repl]") {
  REQUIRE(repl::rendered({}) == "{}");
  REQUIRE(repl::rendered({3, 1, 20}) == "{1, 3, 20}");
}

TEST_CASE("repl: an overlong line is refused as a whole and control bytes are not echoed", "[unit][repl]") {
  REQUIRE(refused("quit " + std::string(repl::line_source::line_size_max, 'x')) ==
          "a line is longer than 65536 bytes: nothing of it was run");
  REQUIRE(refused("\x1b[2J") == "unknown command '?[2J': type help for the list");
  REQUIRE(refused(std::string(100, 'x')) == "unknown command '" + std::string(64, 'x') + "...': type help for the list");
}
