// SPDX-License-Identifier: BSD-3-Clause
// The example session of seed 000's README, replayed by two real processes at --log trace. Each step types
// one command and then waits for every line that the README shows for it, masked; a line may come in another
// order within its step, as the network decides that. What a step prints beyond the README's lines must be of
// a kind that docs/protocols/repl.md lists: a node prints its own side of every packet, and the README shows
// only one of the two for most.
#include "tests/system/node_processes.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <thread>

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

  /// The lines of a start came before the ids in them were known, so they are compared afterwards.
  void check_start(const step& what) {
    auto missing = what.lines;
    std::istringstream printed{started_.at(what.actor)};
    for (std::string line; std::getline(printed, line);)
      if (const auto found = std::find(missing.begin(), missing.end(), masked(line)); found != missing.end())
        missing.erase(found);
    INFO("output:\n" << started_.at(what.actor));
    REQUIRE(missing.empty());
  }

  void play(const step& what) {
    auto& process = *nodes_.at(what.actor);
    // A vote counts once it is stored, a moment after the line that tells of it; the seed waits a second
    // here.
    if (what.command == "peers") {
      const auto voters = std::count_if(what.lines.begin(), what.lines.end(), [](const auto& line) {
        return line.find("(voting)") != std::string::npos;
      });
      process.write_line("wait voting " + std::to_string(voters));
    }
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
  /// The seed waits a second after each command; the dialled node has learnt the other's address by then,
  /// through identify.
  void await_introduction() {
    auto& process = *nodes_.at('A');
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    for (; std::chrono::steady_clock::now() < until;
         std::this_thread::sleep_for(std::chrono::milliseconds{10})) {
      process.write_line("peers");
      const auto line = process.read_until(ids_.at('B') + "@");
      REQUIRE(line);
      const bool known = line->find("<unknown>") == std::string::npos;
      process.write_line("marker"); // what `peers` printed behind that line is read away up to this answer
      REQUIRE(process.read_until("unknown command 'marker'"));
      if (known)
        return;
    }
    FAIL("the dialled node never learnt the address of the other");
  }
  const std::vector<std::string>& surplus() const { return surplus_; }

private:
  void start(char name) {
    auto& process = *nodes_
                       .emplace(name, std::make_unique<child_process>(std::vector<std::string>{
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
      replace(text, std::string{"ADDR_"} + name,
              addresses_.at(name).substr(5, addresses_.at(name).find("/tcp/") - 5) + ":" +
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
    text = std::regex_replace(text, std::regex{"sig:[0-9a-f]{6}"}, "sig:S");
    // Sets are printed by key, and which of the two keys is lower is chance.
    replace(text, "{i:A, i:B}", "{i:B, i:A}");
    replace(text, "{i:A: sig:S, i:B: sig:S}", "{i:B: sig:S, i:A: sig:S}");
    return text;
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
  for (const auto& what : read_session()) {
    if (what.command == "start")
      replay.check_start(what);
    else
      replay.play(what);
    if (what.command.starts_with("peer "))
      replay.await_introduction();
  }
  const std::vector<std::string> kinds{"[P2P] router cmd ",
                                       "[P2P] delivering packet to i:",
                                       "[P2P] delivering Ack(packet) to i:",
                                       "[P2P] Got ack for packet",
                                       "[P2P] Sent network msg successfully.",
                                       "[BRB] handling packet from i:",
                                       "[BRB] request for validation",
                                       "[BRB] proof of agreement: Msg {",
                                       "session up with i:",
                                       "consenting to join the group of i:",
                                       "operation-1 ended: normal"};
  for (const auto& line : replay.surplus()) {
    INFO("not in the README: " << line);
    CHECK(std::any_of(kinds.begin(), kinds.end(), [&](const auto& kind) { return line.starts_with(kind); }));
  }
}
