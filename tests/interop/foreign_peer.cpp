// SPDX-License-Identifier: BSD-3-Clause
#include "tests/interop/foreign_peer.hpp"

#include <catch2/catch.hpp>

#include <charconv>
#include <filesystem>

namespace troupe::test {
namespace {

const std::string folder = TROUPE_SOURCE_DIR "/tests/interop";

/// The number after `prefix` in what the command prints; 0 if it does not run.
int version_of(const std::vector<std::string>& command, const std::string& prefix) {
  const auto outcome = run(command);
  const auto at = outcome.output.find(prefix);
  int number = 0;
  if (outcome.code == 0 && at != std::string::npos) {
    const char* digits = outcome.output.data() + at + prefix.size();
    std::from_chars(digits, outcome.output.data() + outcome.output.size(), number);
  }
  return number;
}

std::vector<std::string> command_of(foreign kind) {
  return kind == foreign::js ? std::vector<std::string>{"node", folder + "/js/peer.mjs"}
                             : std::vector<std::string>{TROUPE_GO_PEER};
}

} // namespace

std::string missing(foreign kind) {
  if (kind == foreign::js) {
    if (version_of({"node", "--version"}, "v") < 20)
      return "Node >= 20 is not installed";
    return std::filesystem::exists(folder + "/js/node_modules/libp2p") ? "" : "run tools/dev interop first: npm packages are missing";
  }
  if (version_of({"go", "version"}, "go1.") < 24)
    return "Go >= 1.24 is not installed";
  return std::filesystem::exists(TROUPE_GO_PEER) ? "" : "run tools/dev interop first: the Go peer is not built";
}

foreign_peer::foreign_peer(foreign kind) : process_(command_of(kind), {.merge_stderr = false, .environment = {}, .directory = {}}) {
  const auto line = process_.read_line(child_process::seconds{30});
  REQUIRE(line);
  const auto ready = boost::json::parse(*line).as_object();
  id_ = ready.at("peer").as_string().c_str();
  address_ = ready.at("addrs").as_array().at(0).as_string().c_str();
}

boost::json::object foreign_peer::ask(const boost::json::object& command, child_process::seconds within) {
  process_.write_line(boost::json::serialize(command));
  const auto line = process_.read_line(within);
  INFO("command " << boost::json::serialize(command));
  REQUIRE(line);
  INFO("answer " << *line);
  return boost::json::parse(*line).as_object();
}

} // namespace troupe::test
