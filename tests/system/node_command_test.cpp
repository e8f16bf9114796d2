// SPDX-License-Identifier: BSD-3-Clause
// `troupe node` and its neighbours as a user meets them: two terminals, scripts, signals, and everything that
// can be given wrongly.
#include "tests/system/http_client.hpp"
#include "tests/system/node_processes.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <filesystem>
#include <fstream>

using namespace troupe;
using test::node_process;
namespace fs = std::filesystem;

namespace {

finished_process troupe_run(std::vector<std::string> arguments, const std::string& input = {}) {
  arguments.insert(arguments.begin(), TROUPE_BINARY);
  return run(std::move(arguments), input);
}

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

std::string contents_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

} // namespace

TEST_CASE("node: two processes agree on an operation learnt by anti entropy", "[system][node]") {
  node_process a{{"--anti-entropy", "manual"}};
  node_process b{{"--anti-entropy", "manual"}};
  const auto id_a = a.actor();
  const auto id_b = b.actor();
  a.type("trust " + id_a);
  b.type("peer " + a.address());
  b.await("peers 2");
  a.await("peers 2");
  b.type("trust " + id_a);
  a.type("join " + id_b);
  a.await("voting 2");
  b.await("voting 1");
  b.type("anti_entropy " + id_a);
  b.await("voting 2");
  b.type("add 3");
  b.await("read {3}");
  a.await("read {3}");
  for (auto* each : {&a, &b}) {
    each->type("quit");
    REQUIRE(each->process().wait() == 1); // the markers are unknown commands
  }
}

TEST_CASE("node: who connects to one member of a network meets all", "[system][node]") {
  node_process a;
  node_process b{{"--peer", a.address()}};
  b.await("peers 2");
  node_process c{{"--peer", b.address()}};
  for (auto* each : {&a, &b, &c})
    each->await("peers 3");
  const auto known = c.reply("peers", a.actor() + "@");
  REQUIRE(known.find("/ip4/127.0.0.1/tcp/") != std::string::npos);
  // Not only known: what a does reaches c, with b gone.
  b.type("quit");
  b.process().wait();
  a.type("trust " + a.actor());
  c.type("trust " + a.actor());
  a.type("join " + c.actor());
  a.await("voting 2");
  c.type("anti_entropy " + a.actor());
  c.await("voting 2");
}

TEST_CASE("node: metrics tell of the exchange with a peer", "[system][node]") {
  node_process a{{"--api", "127.0.0.1:18931"}};
  node_process b{{"--peer", a.address()}};
  a.await("peers 2");
  b.await("peers 2");
  a.type("trust " + a.actor());
  a.type("add 3");
  a.await("read {3}");
  const auto value = [](const std::string& text, const std::string& metric) {
    const auto at = text.find("\n" + metric + " ");
    INFO(text);
    REQUIRE(at != std::string::npos);
    return std::stod(text.substr(at + metric.size() + 2));
  };
  std::string text;
  for (int i = 0; i < 50; ++i) {
    test::http_client asking{18931};
    asking.send("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    text = asking.receive();
    if (value(text, "troupe_lanes_open") >= 3)
      break;
  }
  REQUIRE(value(text, "troupe_sessions_total") >= 1);
  REQUIRE(value(text, "troupe_peers_in_session") == 1);
  REQUIRE(value(text, "troupe_lanes_open") >= 3);
  REQUIRE(value(text, "troupe_retained_max_bytes") == 256 * 1024 * 1024);
  REQUIRE(value(text, "troupe_retained_bytes") < 1024 * 1024);
  REQUIRE(value(text, "troupe_dials_failed_total") == 0);
  REQUIRE(value(text, "troupe_introductions_waiting") == 0);
  REQUIRE(value(text, "troupe_sessions_refused_total{reason=\"group_mismatch\"}") == 0);
  REQUIRE(value(text, "troupe_chunks_dropped_total{reason=\"over_budget\"}") == 0);
  REQUIRE(value(text, "troupe_actor_restarts_total{supervisor=\"peers\"}") == 0);
}

TEST_CASE("node: piped scripts exit 0 and print nothing for waits that hold", "[system][node]") {
  const auto outcome = troupe_run({"node"}, "trust me\nwait voting 1\nadd 7\nread\nquit\n");
  INFO(outcome.output);
  REQUIRE(outcome.code == 0);
  REQUIRE(outcome.output.find("{7}\n") != std::string::npos);
  REQUIRE(outcome.output.find("wait") == std::string::npos);
}

TEST_CASE("node: the end of piped input quits", "[system][node]") {
  REQUIRE(troupe_run({"node"}, "peers").code == 0);
  REQUIRE(troupe_run({"node"}, "").code == 0);
}

TEST_CASE("node: a bad line prints one line and the rest runs", "[system][node]") {
  const auto outcome = troupe_run({"node", "--log", "off"}, "frobnicate\nadd x\nwait read {1} 0\npeers\n");
  INFO(outcome.output);
  REQUIRE(outcome.code == 1);
  REQUIRE(outcome.output.find("unknown command 'frobnicate'") != std::string::npos);
  REQUIRE(outcome.output.find("[REPL] bad arg: 'x'") != std::string::npos);
  REQUIRE(outcome.output.find("wait read {1}: not so within 0 s") != std::string::npos);
  REQUIRE(outcome.output.find("(self)") != std::string::npos);
}

TEST_CASE("troupe: an unknown command is named and help is printed", "[system][node]") {
  const auto unknown = troupe_run({"nod"});
  REQUIRE(unknown.code == 2);
  REQUIRE(unknown.output.find("there is no command 'nod'") != std::string::npos);
  REQUIRE(lines_in(unknown.output) == 1);
  const auto help = troupe_run({"help"});
  REQUIRE(help.code == 0);
  REQUIRE(help.output.find("demo") != std::string::npos);
}

TEST_CASE("node: without a data directory it says that nothing is stored", "[system][node]") {
  REQUIRE(troupe_run({"node"}, "").output.find("nothing is stored") != std::string::npos);
}

TEST_CASE("node: SIGTERM and SIGINT end it cleanly within two seconds", "[system][node]") {
  for (const int number : {SIGTERM, SIGINT}) {
    node_process node{{"--no-repl"}};
    node.process().signal(number);
    REQUIRE(node.process().wait(child_process::seconds{2}) == 0);
  }
}

TEST_CASE("node: a signal cuts a wait short", "[system][node]") {
  for (const int number : {SIGTERM, SIGINT}) {
    node_process node;
    node.type("wait peers 2 1");
    node.type("wait peers 5 600");
    REQUIRE(node.process().read_until("wait peers 2: not so"));
    node.process().signal(number);
    REQUIRE(node.process().wait(child_process::seconds{2}));
  }
}

TEST_CASE("node: a peer that is nobody is reported and the node goes on", "[system][node]") {
  const auto outcome = troupe_run({"node"}, "peer 127.0.0.1:1\npeers\n");
  INFO(outcome.output);
  REQUIRE(outcome.code == 1);
  REQUIRE(outcome.output.find("Failed to connect") != std::string::npos);
  REQUIRE(outcome.output.find("(self)") != std::string::npos);
}

TEST_CASE("node: who asks for a peer that is there already is answered at once", "[system][node]") {
  node_process a;
  const auto peer = "peer " + a.address() + "\n";
  const auto outcome = troupe_run({"node"}, peer + "wait peers 2\n" + peer);
  INFO(outcome.output);
  REQUIRE(outcome.code == 0);
}

TEST_CASE("node: waiting for peers counts who is in session, not who is looked for", "[system][node]") {
  node_process b;
  {
    node_process a;
    b.type("peer " + a.address());
    b.await("peers 2");
  }
  b.await("peers 1");
}

TEST_CASE("node: a data directory keeps the identity and the set", "[system][node]") {
  temporary_directory directory;
  const auto data = directory.path() + "/n";
  std::string actor;
  {
    node_process first{{"--data", data}};
    actor = first.actor();
    first.type("trust me");
    first.type("add 5");
    first.await("read {5}");
    first.type("quit");
    REQUIRE(first.process().wait());
  }
  REQUIRE((fs::status(data + "/identity.key").permissions() & fs::perms::all) ==
          (fs::perms::owner_read | fs::perms::owner_write));
  node_process second{{"--data", data}};
  REQUIRE(second.actor() == actor);
  second.await("read {5}");
  second.await("voting 1");
}

TEST_CASE("node: a data directory in use is refused", "[system][node]") {
  temporary_directory directory;
  node_process first{{"--data", directory.path() + "/n"}};
  const auto outcome = troupe_run({"node", "--data", directory.path() + "/n"});
  INFO(outcome.output);
  REQUIRE(outcome.code == 1);
  REQUIRE(outcome.output.find("another process is using it") != std::string::npos);
  REQUIRE(lines_in(outcome.output) == 1);
}

TEST_CASE("node: a key that others may read is refused and left alone", "[system][node]") {
  temporary_directory directory;
  const auto data = directory.path() + "/n";
  REQUIRE(troupe_run({"node", "--data", data}).code == 0);
  fs::permissions(data + "/identity.key", fs::perms::group_read, fs::perm_options::add);
  const auto outcome = troupe_run({"node", "--data", data});
  INFO(outcome.output);
  REQUIRE(outcome.code == 1);
  REQUIRE(outcome.output.find("identity.key") != std::string::npos);
  REQUIRE(lines_in(outcome.output) == 1);
}

TEST_CASE("node: a corrupt key or a foreign directory is refused and nothing is overwritten",
          "[system][node]") {
  temporary_directory directory;
  const auto data = directory.path() + "/n";
  REQUIRE(troupe_run({"node", "--data", data}).code == 0);
  std::ofstream(data + "/identity.key", std::ios::trunc) << "garbage";
  auto outcome = troupe_run({"node", "--data", data});
  INFO(outcome.output);
  REQUIRE(outcome.code == 1);
  std::string content;
  std::getline(std::ifstream(data + "/identity.key"), content);
  REQUIRE(content == "garbage");

  const auto foreign = directory.path() + "/foreign";
  fs::create_directory(foreign);
  std::ofstream(foreign + "/thesis.txt") << "mine";
  outcome = troupe_run({"node", "--data", foreign});
  INFO(outcome.output);
  REQUIRE(outcome.code == 1);
  REQUIRE(std::distance(fs::directory_iterator(foreign), fs::directory_iterator{}) == 1);
}

TEST_CASE("node: a damaged promise log is refused and left as it is", "[system][node]") {
  temporary_directory directory;
  const auto data = directory.path() + "/n";
  REQUIRE(troupe_run({"node", "--data", data}, "trust me\n").code == 0);
  const auto log = data + "/promises/promises-00000001.log";
  {
    std::fstream bytes{log, std::ios::in | std::ios::out | std::ios::binary};
    bytes.seekp(2);
    bytes << "XXXX";
  }
  const auto before = contents_of(log);
  const auto outcome = troupe_run({"node", "--data", data});
  INFO(outcome.output);
  REQUIRE(outcome.code == 1);
  REQUIRE(lines_in(outcome.output) == 1);
  REQUIRE(outcome.output.find("damaged header") != std::string::npos);
  REQUIRE(contents_of(log) == before);
}

TEST_CASE("node: a busy port is explained", "[system][node]") {
  node_process first;
  const auto address = first.address().substr(0, first.address().find("/p2p/"));
  const auto outcome = troupe_run({"node", "--listen", address});
  INFO(outcome.output);
  REQUIRE(outcome.code == 1);
  REQUIRE(outcome.output.starts_with("troupe: "));
  REQUIRE(outcome.output.find("in use") != std::string::npos);
}

TEST_CASE("node: bad flags and settings are one line and exit 2", "[system][node]") {
  for (const auto& arguments :
       std::vector<std::vector<std::string>>{{"node", "--listen", "nonsense"},
                                             {"node", "--log", "loud"},
                                             {"node", "--api", "x"},
                                             {"node", "--frob"},
                                             {"frob"},
                                             {"node", "--config", "/nonexistent.toml"},
                                             {},
                                             {"node", "--anti-entropy", "never"},
                                             {"node", "--data", ""},
                                             {"node", "--config", ""}}) {
    const auto outcome = troupe_run(arguments);
    INFO(outcome.output);
    REQUIRE(outcome.code == 2);
    REQUIRE(lines_in(outcome.output) == 1);
    REQUIRE(outcome.output.starts_with("troupe: "));
  }
}

TEST_CASE("node: a busy API port is explained", "[system][node]") {
  node_process first{{"--api", "127.0.0.1:18917"}};
  const auto outcome = troupe_run({"node", "--api", "127.0.0.1:18917"});
  INFO(outcome.output);
  REQUIRE(outcome.code == 1);
  REQUIRE(outcome.output.find("cannot listen on 127.0.0.1:18917") != std::string::npos);
}

TEST_CASE("node: nodes of different networks refuse each other", "[system][node]") {
  node_process a{{"--network", "one"}};
  node_process b{{"--network", "two"}};
  const auto line = b.reply("peer " + a.address(), "Failed to connect");
  REQUIRE(line.find("network") != std::string::npos);
}

TEST_CASE("keygen: makes a key once and prints the peer id", "[system][node]") {
  temporary_directory directory;
  const auto file = directory.path() + "/k";
  const auto made = troupe_run({"keygen", file});
  REQUIRE(made.code == 0);
  REQUIRE(made.output.find("12D3Koo") != std::string::npos);
  const auto again = troupe_run({"keygen", file});
  REQUIRE(again.code == 1);
  REQUIRE(again.output.find("exists") != std::string::npos);
}

TEST_CASE("config: show names the origin of each setting", "[system][config]") {
  const auto shown = troupe_run({"config", "show", "--log", "warn"});
  REQUIRE(shown.code == 0);
  REQUIRE(shown.output.find("node.log = \"warn\"  # --log") != std::string::npos);
  REQUIRE(shown.output.find("node.network = \"troupe\"  # default") != std::string::npos);
  REQUIRE(troupe_run({"config", "check"}).output == "the settings are valid\n");
}
