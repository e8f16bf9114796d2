// SPDX-License-Identifier: BSD-3-Clause
// `troupe lab list`: the experiments that come with troupe.
#include "tools/cli/commands.hpp"
#include "tools/lab/command/lab_commands.hpp"
#include "tools/lab/scenario/scenario_names.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

namespace troupe::lab {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

json::array listed(const std::vector<scenario>& all) {
  json::array out;
  for (const auto& each : all)
    out.emplace_back(json::object{{"name", each.name},
                                  {"file", each.file},
                                  {"teaches", each.teaches},
                                  {"algorithm", name_of(each.algorithm)},
                                  {"expect", expect_names[each.expected_to_fail ? 1 : 0]}});
  return out;
}

void print(const std::vector<scenario>& all) {
  for (const auto& each : all) {
    fmt::print("{}  ({}, expect {})\n", each.name, name_of(each.algorithm),
               expect_names[each.expected_to_fail ? 1 : 0]);
    if (!each.teaches.empty())
      fmt::print("  {}\n", each.teaches);
    fmt::print("  {}\n", each.file);
  }
}

} // namespace

int run(const list_command& options) {
  const auto folder = fs::path{TROUPE_SOURCE_DIR} / "tools/lab/scenarios";
  std::vector<std::string> files;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator{folder, failed})
    if (entry.path().extension() == ".toml")
      files.push_back(entry.path().string());
  if (failed) {
    cli::complain(
      fmt::format("lab list: {}: {}: are troupe's sources still there?", folder.string(), failed.message()));
    return cli::exit_failed;
  }
  std::sort(files.begin(), files.end());
  std::vector<scenario> all;
  for (const auto& file : files)
    if (auto one = loaded_scenario(file))
      all.push_back(std::move(*one));
  if (options.json)
    std::cout << json::serialize(listed(all)) << "\n";
  else
    print(all);
  return all.size() == files.size() ? cli::exit_ok : cli::exit_failed;
}

} // namespace troupe::lab
