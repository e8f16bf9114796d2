// SPDX-License-Identifier: BSD-3-Clause
#include "node/config/agreed_network.hpp"
#include "node/config/check_config.hpp"
#include "node/config/config_loader.hpp"
#include "tools/process/child_process.hpp"

#include <catch2/catch.hpp>

#include <fstream>

using namespace troupe;

namespace {

struct config_file {
  temporary_directory directory;
  std::string path = directory.path() + "/troupe.toml";
  explicit config_file(const std::string& text) { std::ofstream(path) << text; }
};

std::string first_problem(const config_sources& from) {
  const auto loaded = load_config(from);
  REQUIRE_FALSE(loaded);
  return loaded.error().front().text;
}

} // namespace

TEST_CASE("config: without sources every setting has its default", "[unit][config]") {
  const auto loaded = load_config({});
  REQUIRE(loaded);
  REQUIRE(loaded->config.listen == std::vector<std::string>{"/ip4/127.0.0.1/tcp/0"});
  REQUIRE(loaded->config.idle_timeout_inbound_s == 300);
  for (const auto& each : settings())
    REQUIRE(loaded->origins.at(std::string{each.key}) == "default");
}

TEST_CASE("config: flags beat variables and variables beat the file", "[unit][config]") {
  const config_file file{"[node]\nlog = 'warn'\nnetwork = 'file'\nanti_entropy = 'manual'\n"};
  config_sources from;
  from.file = file.path;
  from.variables = {{"TROUPE_NODE_LOG", "error"}, {"TROUPE_NODE_NETWORK", "variable"}};
  from.flags = {{"node.log", std::string{"trace"}}};
  const auto loaded = load_config(from);
  REQUIRE(loaded);
  REQUIRE(loaded->config.log == "trace");
  REQUIRE(loaded->config.network == "variable");
  REQUIRE(loaded->config.anti_entropy == "manual");
  REQUIRE(loaded->origins.at("node.log") == "--log");
  REQUIRE(loaded->origins.at("node.network") == "TROUPE_NODE_NETWORK");
  REQUIRE(loaded->origins.at("node.anti_entropy") == file.path + ":4");
}

TEST_CASE("config: an unknown key is an error with its line and a hint", "[unit][config]") {
  const config_file file{"[node]\nlog = 'warn'\nlisen = ['/ip4/127.0.0.1/tcp/0']\n"};
  REQUIRE(first_problem({file.path, {}, {}}) == file.path + ":3: unknown setting node.lisen: did you mean node.listen?");
}

TEST_CASE("config: a wrong type or bound is an error with its line", "[unit][config]") {
  const config_file bound{"[transport]\nmax_connections = 0\n"};
  REQUIRE(first_problem({bound.path, {}, {}}) ==
          bound.path + ":2: transport.max_connections must be between 1 and 65536, not 0");
  const config_file type{"[node]\n\nlisten = 'x'\n"};
  REQUIRE(first_problem({type.path, {}, {}}) == type.path + ":3: node.listen expects a list of strings");
  const config_file choice{"[node]\nlog = 'loud'\n"};
  REQUIRE(first_problem({choice.path, {}, {}}).find("must be one of trace, debug, info, warn, error, off, not 'loud'") !=
          std::string::npos);
  const config_file negative{"[transport]\nmax_connections = -1\n"};
  REQUIRE(first_problem({negative.path, {}, {}}).starts_with(negative.path + ":2: "));
}

TEST_CASE("config: broken TOML and a missing file are named", "[unit][config]") {
  const config_file broken{"[node]\nlog = \n"};
  REQUIRE(first_problem({broken.path, {}, {}}).starts_with(broken.path + ":2: is not valid TOML"));
  REQUIRE(first_problem({"/nonexistent/troupe.toml", {}, {}}).starts_with("/nonexistent/troupe.toml: cannot be read"));
}

TEST_CASE("config: an unknown variable is an error", "[unit][config]") {
  REQUIRE(first_problem({"", {{"TROUPE_LOGG", "x"}}, {}}).starts_with("TROUPE_LOGG: is no setting of troupe"));
}

TEST_CASE("config: all problems are reported not only the first", "[unit][config]") {
  const config_file file{"[node]\nlog = 'loud'\nfoo = 1\n[transport]\nmax_connections = 0\n"};
  const auto loaded = load_config({file.path, {}, {}});
  REQUIRE_FALSE(loaded);
  REQUIRE(loaded.error().size() == 3);
}

TEST_CASE("config: addresses are checked and their origin is named", "[unit][config]") {
  config_sources from;
  from.flags = {{"node.listen", std::vector<std::string>{"/ip4/1.2.3.4.5/tcp/1"}}};
  REQUIRE(first_problem(from).starts_with("--listen: node.listen "));
  from.flags = {{"node.listen", std::vector<std::string>{"/ip4/127.0.0.1/udp/1"}}};
  REQUIRE(first_problem(from).find("a /tcp port, such as") != std::string::npos);
  from.flags = {{"node.peers", std::vector<std::string>{"nonsense"}}};
  REQUIRE(first_problem(from).starts_with("--peer: node.peers "));
  from.flags = {{"node.api", std::string{"localhost"}}};
  REQUIRE(first_problem(from).starts_with("--api: node.api "));
  from.flags = {{"node.network", std::string(65, 'x')}};
  REQUIRE(first_problem(from).find("must have 1 to 64 bytes") != std::string::npos);
}

TEST_CASE("config: the data type is one of those there are and part of what nodes agree on", "[unit][config]") {
  REQUIRE(first_problem({"", {{"TROUPE_NODE_TYPE", "queue"}}, {}}) ==
          "TROUPE_NODE_TYPE: node.type must be one of orswot, register, at2, tree, not 'queue'");
  config_sources from;
  REQUIRE(agreed_network(load_config(from)->config) == "troupe");
  from.flags = {{"node.type", std::string{"at2"}}, {"node.network", std::string(60, 'x')}};
  REQUIRE(agreed_network(load_config(from)->config) == std::string(60, 'x') + "/at2");
  from.flags = {{"node.type", std::string{"at2"}}, {"node.network", std::string(61, 'x')}};
  REQUIRE(first_problem(from).find("is too long for --type at2") != std::string::npos);
}

TEST_CASE("config: an API on a public address wants a token", "[unit][config]") {
  config_sources from;
  from.flags = {{"node.api", std::string{"0.0.0.0:80"}}};
  REQUIRE(first_problem(from).find("set node.api_token") != std::string::npos);
  from.flags.emplace_back("node.api_token", std::string{"secret"});
  REQUIRE(load_config(from));
}

TEST_CASE("config: variables hold lists with commas and booleans as words", "[unit][config]") {
  config_sources from;
  from.variables = {{"TROUPE_NODE_PEERS", "1.2.3.4:5,6.7.8.9:10"}, {"TROUPE_NODE_REPL", "false"},
                    {"TROUPE_TRANSPORT_MAX_CONNECTIONS", "12"}};
  const auto loaded = load_config(from);
  REQUIRE(loaded);
  REQUIRE(loaded->config.peers == std::vector<std::string>{"1.2.3.4:5", "6.7.8.9:10"});
  REQUIRE_FALSE(loaded->config.repl);
  REQUIRE(loaded->config.max_connections == 12);
  REQUIRE(first_problem({"", {{"TROUPE_NODE_REPL", "no"}}, {}}) ==
          "TROUPE_NODE_REPL: node.repl 'no' is not true or false");
}
