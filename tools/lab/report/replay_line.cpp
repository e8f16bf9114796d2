// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/report/replay_line.hpp"

#include <fmt/format.h>

namespace troupe::lab {
namespace {

constexpr std::string_view safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+:@%,=";
constexpr std::size_t revision_digits = 7;

std::string quoted(const std::string& word) {
  if (!word.empty() && word.find_first_not_of(safe) == std::string::npos)
    return word;
  std::string out = "'";
  for (const char c : word)
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  return out + "'";
}

} // namespace

std::string replay_line(const run_record& run) {
  const auto file = quoted(run.scenario_file.empty() ? run.scenario : run.scenario_file);
  const auto revision = run.revision.substr(0, revision_digits);
  const auto suffix = revision.empty() ? "" : fmt::format("  # (rev {})", revision);
  if (run.mode == run_mode::local)
    return fmt::format("troupe lab run {} --mode local --seed {}{}", file, run.seed, suffix);
  return fmt::format("troupe lab replay {} --seed {}{}", file, run.seed, suffix);
}

} // namespace troupe::lab
