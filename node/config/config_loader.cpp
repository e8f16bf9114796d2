// SPDX-License-Identifier: BSD-3-Clause
#include "node/config/config_loader.hpp"

#include "node/config/check_config.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <optional>

extern char** environ; // NOLINT: POSIX declares it nowhere

namespace troupe {
namespace {

class loader {
public:
  expected<loaded_config, std::vector<explained>> load(const config_sources& from) {
    for (const auto& each : settings())
      result_.origins[std::string{each.key}] = "default";
    if (!from.file.empty())
      read_file(from.file);
    for (const auto& [name, text] : from.variables)
      take_variable(name, text);
    for (const auto& [key, value] : from.flags)
      take_flag(key, value);
    if (problems_.empty())
      for (auto& problem : check_config(result_))
        problems_.push_back(std::move(problem));
    if (!problems_.empty())
      return unexpected(std::move(problems_));
    return std::move(result_);
  }

private:
  void read_file(const std::string& path) {
    if (std::filesystem::is_directory(path))
      return complain(path, "is a directory: name a TOML file");
    toml::table root;
    try {
      root = toml::parse_file(path);
    } catch (const toml::parse_error& error) {
      const auto line = error.source().begin.line;
      if (line == 0)
        complain(path, "cannot be read: check that it exists and may be read");
      else
        complain(fmt::format("{}:{}", path, line), fmt::format("is not valid TOML: {}", error.description()));
      return;
    }
    for (const auto& [section, content] : root) {
      const auto* table = content.as_table();
      if (!table) {
        unknown_key(path, section.str(), content.source().begin.line);
        continue;
      }
      for (const auto& [name, value] : *table)
        take_file_value(path, fmt::format("{}.{}", section.str(), name.str()), value);
    }
  }

  void take_file_value(const std::string& path, const std::string& key, const toml::node& value) {
    const auto where = fmt::format("{}:{}", path, value.source().begin.line);
    const auto* known = find_setting(key);
    if (!known) {
      unknown_key(path, key, value.source().begin.line);
      return;
    }
    const auto converted = from_toml(value);
    if (!converted)
      complain(where, fmt::format("{} is neither text, a list of texts, true, false nor a whole number from 0 up", key));
    else
      store(*known, where, known->set(result_.config, *converted));
  }

  static std::optional<setting_value> from_toml(const toml::node& value) {
    if (const auto* text = value.as_string())
      return setting_value{text->get()};
    if (const auto* flag = value.as_boolean())
      return setting_value{flag->get()};
    if (const auto* number = value.as_integer())
      return number->get() < 0 ? std::nullopt : std::optional{setting_value{static_cast<std::uint64_t>(number->get())}};
    const auto* array = value.as_array();
    if (!array)
      return std::nullopt;
    std::vector<std::string> items;
    for (const auto& item : *array) {
      const auto* text = item.as_string();
      if (!text)
        return std::nullopt;
      items.push_back(text->get());
    }
    return setting_value{std::move(items)};
  }

  void take_variable(const std::string& name, const std::string& text) {
    const auto known = std::find_if(settings().begin(), settings().end(),
                                    [&](const setting& each) { return each.variable() == name; });
    if (known == settings().end())
      complain(name, "is no setting of troupe: `troupe config show` lists them all");
    else
      store(*known, name, known->set_text(result_.config, text));
  }

  void take_flag(const std::string& key, const setting_value& value) {
    const auto* known = find_setting(key);
    store(*known, known->flag(), known->set(result_.config, value));
  }

  void store(const setting& which, const std::string& where, const expected<void, explained>& outcome) {
    if (outcome)
      result_.origins[std::string{which.key}] = where;
    else
      complain(where, fmt::format("{} {}", which.key, outcome.error().text));
  }

  void unknown_key(const std::string& path, std::string_view key, std::uint32_t line) {
    const auto near = nearest_key(key);
    complain(fmt::format("{}:{}", path, line),
             near.empty() ? fmt::format("unknown setting {}: `troupe config show` lists them all", key)
                          : fmt::format("unknown setting {}: did you mean {}?", key, near));
  }

  void complain(std::string_view where, std::string_view what) {
    problems_.push_back(explained{fmt::format("{}: {}", where, what)});
  }

  loaded_config result_;
  std::vector<explained> problems_;
};

} // namespace

expected<loaded_config, std::vector<explained>> load_config(const config_sources& from) {
  return loader{}.load(from);
}

std::vector<std::pair<std::string, std::string>> environment_variables() {
  std::vector<std::pair<std::string, std::string>> found;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string_view text{*entry};
    const auto equals = text.find('=');
    if (text.starts_with("TROUPE_") && equals != std::string_view::npos)
      found.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return found;
}

} // namespace troupe
