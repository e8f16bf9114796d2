// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/scenario/scenario_loader.hpp"

#include "tools/lab/scenario/scenario_fields.hpp"
#include "tools/lab/scenario/toml_reader.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

namespace troupe::lab {
namespace {

/// toml++ 3.3 makes a table of every part of a dotted key and destroys them recursively, so a long enough key
/// ends the process. Our keys have one full stop at most, our texts 32 and a number of fractions fits a line;
/// with its own limit of 256 nested values this keeps the depth below 8,192.
constexpr std::size_t dotted_max = 32;

auto refused(const std::string& file, std::string_view what) {
  return unexpected(std::vector{explained{fmt::format("{}: {}", file, what)}});
}

auto refused(const std::string& file, std::uint32_t line, std::string_view what) {
  return refused(fmt::format("{}:{}", file, line), what);
}

/// The first line with too many full stops; 0 if there is none.
std::uint32_t dotted_line(std::string_view text) {
  std::uint32_t line = 1;
  std::size_t dots = 0;
  for (const char c : text) {
    dots = c == '\n' ? 0 : dots + (c == '.' ? 1 : 0);
    if (dots > dotted_max)
      return line;
    line += c == '\n' ? 1 : 0;
  }
  return 0;
}

/// What is wrong with the version the file says it is written for, and where; nothing if it is ours.
std::optional<problem> wrong_format(const toml::table& root) {
  const auto* format = root.get("format");
  if (!format)
    return problem{
      1, fmt::format("no format: write format = {} at the top, or is this no scenario?", scenario_format)};
  const auto line = format->source().begin.line;
  const auto* number = format->as_integer();
  if (number && number->get() > scenario_format)
    return problem{line, fmt::format("format {} is written for a newer troupe: this one reads format {}",
                                     number->get(), scenario_format)};
  if (!number || number->get() != scenario_format)
    return problem{line, fmt::format("format must be {}", scenario_format)};
  return std::nullopt;
}

} // namespace

expected<scenario, std::vector<explained>> parse_scenario(std::string_view text, const std::string& file) {
  if (text.size() > scenario_bytes_max)
    return refused(file, fmt::format("is larger than {} bytes: is this a scenario?", scenario_bytes_max));
  if (const auto line = dotted_line(text); line != 0)
    return refused(file, line, fmt::format("more than {} full stops in one line: break it", dotted_max));
  toml::table root;
  try {
    root = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return refused(file, error.source().begin.line,
                   fmt::format("is not valid TOML: {}", error.description()));
  }
  if (const auto wrong = wrong_format(root))
    return refused(file, wrong->line, wrong->text);
  scenario result;
  result.file = file;
  toml_reader reader{root};
  describe(reader, result);
  const auto problems = reader.finish();
  if (problems.empty())
    return result;
  std::vector<explained> all;
  for (const auto& each : problems)
    all.push_back({fmt::format("{}:{}: {}", file, each.line, each.text)});
  return unexpected(std::move(all));
}

expected<scenario, std::vector<explained>> load_scenario(const std::string& path) {
  std::error_code failed;
  if (std::filesystem::is_directory(path, failed))
    return refused(path, "is a directory: name a TOML file");
  std::ifstream in{path, std::ios::binary};
  if (!in)
    return refused(path, "cannot be read: check that it exists and may be read");
  std::string text(scenario_bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (in.bad())
    return refused(path, "cannot be read to its end");
  return parse_scenario(text, path);
}

} // namespace troupe::lab
