// SPDX-License-Identifier: BSD-3-Clause
// `troupe lab` as a process, in a directory of its own, with scenarios that are written there.
#pragma once

#include "tools/process/child_process.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace troupe::test {

inline const std::string sound_scenario = R"(format = 1
name = "sound"
checks = ["all"]
load = "1s"
[[workload]]
kind = "operations"
count = 5
[[fault]]
kind = "crash"
every = "300ms"
lasts = "200ms"
)";

/// The original loses its memory in a crash and vouches for two contents of one slot.
inline const std::string failing_scenario = R"(format = 1
name = "failing"
algorithm = "brb-1.0.10"
checks = ["agreement", "no-double-echo"]
load = "2s"
settle = "5s"
[network]
jitter = "1ms"
[[workload]]
kind = "operations"
[[fault]]
kind = "crash"
every = "500ms"
lasts = "200ms"
[[fault]]
kind = "break"
every = "400ms"
)";

class lab_place {
public:
  const std::string& path() const { return directory_.path(); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream{path() + "/" + name} << text;
  }
  finished_process lab(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {TROUPE_BINARY, "lab"});
    process_options options;
    options.directory = path();
    return run(std::move(arguments), "", options);
  }
  /// The result folders, relative to the place.
  std::vector<std::string> results() const {
    std::vector<std::string> all;
    std::error_code none;
    for (const auto& each : std::filesystem::directory_iterator{path() + "/results", none})
      all.push_back("results/" + each.path().filename().string());
    return all;
  }

private:
  temporary_directory directory_;
};

/// What follows `key` in the output up to the next `end`.
inline std::string value_after(const std::string& output, const std::string& key, char end) {
  const auto at = output.find(key);
  if (at == std::string::npos)
    return {};
  const auto from = at + key.size();
  return output.substr(from, output.find(end, from) - from);
}

} // namespace troupe::test
