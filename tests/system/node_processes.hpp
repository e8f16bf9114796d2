// SPDX-License-Identifier: BSD-3-Clause
// Real `troupe node` processes for system tests.
#pragma once

#include "tools/process/child_process.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace troupe::test {

/// A node whose commands are piped in.
class node_process {
public:
  explicit node_process(std::vector<std::string> flags = {}, std::vector<std::string> program = {TROUPE_BINARY, "node"})
    : process_(command(std::move(program), std::move(flags))) {
    const auto line = process_.read_line();
    REQUIRE(line);
    INFO(*line);
    REQUIRE(line->starts_with("[P2P] listening on "));
    address_ = line->substr(std::string{"[P2P] listening on "}.size());
  }

  void type(const std::string& line) { process_.write_line(line); }
  /// Types a line and answers the first line printed afterwards that holds `part`.
  std::string reply(const std::string& line, const std::string& part) {
    type(line);
    const auto found = process_.read_until(part);
    INFO(process_.output());
    REQUIRE(found);
    return *found;
  }
  /// Types a wait command and a marker; fails if the wait timed out.
  void await(const std::string& condition) {
    type("wait " + condition);
    type("marker");
    for (;;) {
      const auto line = process_.read_line(child_process::seconds{30});
      INFO(process_.output());
      REQUIRE(line);
      REQUIRE_FALSE(line->starts_with("wait "));
      if (line->starts_with("unknown command 'marker'"))
        return;
    }
  }
  std::string read() { return reply("read", "{"); }
  /// `i:877dca` as `peers` prints it.
  std::string actor() {
    const auto line = reply("peers", "(self)");
    return line.substr(0, line.find('@'));
  }
  const std::string& address() const { return address_; }
  child_process& process() { return process_; }

private:
  static std::vector<std::string> command(std::vector<std::string> program, std::vector<std::string> flags) {
    program.insert(program.end(), flags.begin(), flags.end());
    return program;
  }

  child_process process_;
  std::string address_;
};

} // namespace troupe::test
