// SPDX-License-Identifier: BSD-3-Clause
// The example session of seed 000's README, replayed by two real processes at --log trace. Each step types one command and then
// waits for every line that the README shows for it, masked; a line may come in another order within its step, as the network decides
// that. What a step prints beyond the README's lines must be of a kind that docs/protocols/repl.md lists as a deviation.
#include "tests/system/node_processes.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <map>
#include <regex>

using namespace troupe;
using test::node_process;

namespace {

struct step {
  char actor;          ///< 'A' or 'B'
  std::string command; ///< masked; "start" for the first
  std::vector<std::string> lines;
};

std::vector<step> read_session() {
  std::ifstream in(TROUPE_SOURCE_DIR "/tests/system/seed_session/session.txt");
  std::vector<step> steps;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('@'))
      steps.push_back({line[1], line.substr(3), {}});
    else
      steps.back().lines.push_back(line);
  }
  return steps;
}

class session {
public:
  session() {
    start('A');
    start('B');
  }

  void play(const step& what) {
    auto& process = *nodes_.at(what.actor);
    if (what.command != "start")
      process.write_line(unmasked(what.command));
    auto missing = what.lines;
    while (!missing.empty()) {
      const auto line = process.read_line(child_process::seconds{10});
      INFO("step @" << what.actor << " " << what.command << "; still missing: " << missing.front());
      INFO("output:\n" << process.output());
      REQUIRE(line);
      const auto shown = masked(*line);
      const auto found = std::find(missing.begin(), missing.end(), shown);
      if (found != missing.end())
        missing.erase(found);
      else
        surplus_.push_back(shown);
    }
  }
  const std::vector<std::string>& surplus() const { return surplus_; }

private:
  void start(char name) {
    auto& process = *nodes_.emplace(name, std::make_unique<child_process>(std::vector<std::string>{
                                            TROUPE_BINARY, "node", "--anti-entropy", "manual", "--log", "trace"}))
                       .first->second;
    // Who it is must be known before its first line can be masked, so `peers` is asked ahead of the session.
    const auto first = process.read_line();
    REQUIRE(first);
    const auto full = first->substr(first->find("/ip4/"));
    addresses_[name] = full.substr(0, full.find("/p2p/"));
    full_[name] = full;
    process.write_line("peers");
    const auto own = process.read_until("(self)");
    REQUIRE(own);
    ids_[name] = own->substr(0, own->find('@'));
    started_[name] = process.output();
  }

  std::string unmasked(std::string text) const {
    for (const char name : {'A', 'B'}) {
      replace(text, std::string{"i:"} + name, ids_.at(name));
      replace(text, std::string{"ADDR_"} + name, addresses_.at(name).substr(5, addresses_.at(name).find("/tcp/") - 5) + ":" +
                                                   addresses_.at(name).substr(addresses_.at(name).find("/tcp/") + 5));
    }
    return text;
  }
  std::string masked(std::string text) const {
    for (const auto& [name, id] : ids_) {
      replace(text, full_.at(name), std::string{"ADDR_"} + name);
      replace(text, addresses_.at(name), std::string{"ADDR_"} + name);
      replace(text, id, std::string{"i:"} + name);
    }
    return std::regex_replace(text, std::regex{"sig:[0-9a-f]{6}"}, "sig:S");
  }
  static void replace(std::string& in, const std::string& what, const std::string& with) {
    for (auto at = in.find(what); at != std::string::npos; at = in.find(what, at + with.size()))
      in.replace(at, what.size(), with);
  }

  std::map<char, std::unique_ptr<child_process>> nodes_;
  std::map<char, std::string> ids_;
  std::map<char, std::string> addresses_;
  std::map<char, std::string> full_;
  std::map<char, std::string> started_;
  std::vector<std::string> surplus_;
};

} // namespace

TEST_CASE("seed 000: the session of its README replays line by line", "[system][seed]") {
  session replay;
  for (const auto& what : read_session())
    if (what.command != "start") // covered by the node tests: its lines come before the ids are known
      replay.play(what);
  for (const auto& line : replay.surplus()) {
    INFO("not in the README: " << line);
    const bool explained = line.starts_with("[P2P] ") || line.starts_with("i:") || line.starts_with("Skipped ") ||
                           line.starts_with("session ") || line.find("ack") != std::string::npos;
    CHECK(explained);
  }
}
