// SPDX-License-Identifier: BSD-3-Clause
#include "tools/bench/rivals.hpp"

#include "tools/process/child_process.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <filesystem>

namespace troupe::bench {
namespace {

namespace json = boost::json;

constexpr child_process::seconds preparing_limit{600};
constexpr child_process::seconds running_limit{120};

const std::string folder = TROUPE_SOURCE_DIR "/tests/interop";
const std::string go_binary = TROUPE_GO_PEER;

json::object skipped(std::string reason) {
  return {{"skipped", std::move(reason)}};
}

/// Empty, or why the peers cannot be had.
const std::string& prepared() {
  static const std::string outcome = [] {
    if (!std::filesystem::exists(folder + "/prepare"))
      return fmt::format("the source tree is not at {}", TROUPE_SOURCE_DIR);
    const auto prepare = run({folder + "/prepare", go_binary}, {}, {}, preparing_limit);
    return prepare.code == 0 ? std::string{} : "preparing the peers failed: " + prepare.output;
  }();
  return outcome;
}

json::object figures_of(const std::vector<std::string>& command) {
  process_options options;
  options.merge_stderr = false;
  const auto outcome = run(command, {}, options, running_limit);
  boost::system::error_code failed;
  const auto parsed = json::parse(outcome.output, failed);
  if (outcome.code != 0 || failed || !parsed.is_object())
    return skipped(fmt::format("{} ended with {}", command.front(), outcome.code));
  return parsed.as_object();
}

} // namespace

json::object js_rival(unsigned megabytes) {
  if (!prepared().empty())
    return skipped(prepared());
  if (!std::filesystem::exists(folder + "/js/node_modules/libp2p"))
    return skipped("Node >= 20 with npm is not installed");
  return figures_of({"node", folder + "/js/bench.mjs", std::to_string(megabytes)});
}

json::object go_rival(unsigned megabytes) {
  if (!prepared().empty())
    return skipped(prepared());
  if (!std::filesystem::exists(go_binary))
    return skipped("Go >= 1.24 is not installed");
  return figures_of({go_binary, "bench", std::to_string(megabytes)});
}

} // namespace troupe::bench
