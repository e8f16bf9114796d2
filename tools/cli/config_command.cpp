// SPDX-License-Identifier: BSD-3-Clause
#include "tools/cli/commands.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <iostream>

namespace troupe::cli {
namespace {

namespace json = boost::json;

expected<loaded_config, std::vector<explained>> load(const config_options& options) {
  auto sources = options.sources;
  sources.variables = environment_variables();
  return load_config(sources);
}

int fail(const std::vector<explained>& problems) {
  for (const auto& problem : problems)
    complain(problem.text);
  return exit_usage;
}

json::value as_json(const setting_value& value) {
  return std::visit([](const auto& held) { return json::value_from(held); }, value);
}

} // namespace

int run_config_show(const config_options& options) {
  const auto loaded = load(options);
  if (!loaded)
    return fail(loaded.error());
  json::object all;
  for (const auto& each : settings()) {
    const auto value = each.get(loaded->config);
    const auto& origin = loaded->origins.at(std::string{each.key});
    const bool secret = each.key == "node.api_token" && !loaded->config.api_token.empty();
    if (options.json)
      all[each.key] = {{"value", secret ? json::value("***") : as_json(value)}, {"origin", origin}};
    else
      std::cout << fmt::format("{} = {}  # {}; {}\n", each.key, secret ? "\"***\"" : rendered(value), origin, each.meaning);
  }
  if (options.json)
    std::cout << json::serialize(all) << '\n';
  return exit_ok;
}

int run_config_check(const config_options& options) {
  const auto loaded = load(options);
  if (options.json) {
    json::array problems;
    if (!loaded)
      for (const auto& problem : loaded.error())
        problems.emplace_back(problem.text);
    std::cout << json::serialize(json::object{{"ok", loaded.has_value()}, {"problems", problems}}) << '\n';
    return loaded ? exit_ok : exit_usage;
  }
  if (!loaded)
    return fail(loaded.error());
  std::cout << "the settings are valid\n";
  return exit_ok;
}

} // namespace troupe::cli
