// SPDX-License-Identifier: BSD-3-Clause
#include "tools/bench/brb_crate.hpp"

#include "tools/process/child_process.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace troupe::bench {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

constexpr child_process::seconds building_limit{600};
constexpr child_process::seconds running_limit{120};

const fs::path source = TROUPE_SOURCE_DIR "/tools/bench/brb_crate";
constexpr std::array<const char*, 3> files{"Cargo.toml", "versions.lock", "src/main.rs"};

std::string environment(const char* name) {
  const auto* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// The first of them that is a file that can be run; empty if none.
std::string cargo() {
  std::vector<fs::path> folders;
  std::istringstream path{environment("PATH")};
  for (std::string folder; std::getline(path, folder, ':');)
    folders.emplace_back(folder);
  if (const auto home = environment("CARGO_HOME"); !home.empty())
    folders.emplace_back(home + "/bin");
  folders.emplace_back(environment("HOME") + "/.cargo/bin");
  for (const auto& folder : folders) {
    std::error_code ignored;
    if (fs::is_regular_file(folder / "cargo", ignored))
      return (folder / "cargo").string();
  }
  return "";
}

fs::path cache_folder() {
  const auto chosen = environment("XDG_CACHE_HOME");
  return fs::path{chosen.empty() ? environment("HOME") + "/.cache" : chosen} / "troupe" / "brb_crate";
}

std::string content_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

bool write(const fs::path& file, const std::string& content) {
  std::error_code ignored;
  fs::create_directories(file.parent_path(), ignored);
  std::ofstream out{file, std::ios::binary | std::ios::trunc};
  out << content;
  return out.flush().good();
}

bool built_before(const fs::path& folder, const fs::path& program) {
  std::error_code ignored;
  for (const auto* each : files)
    if (content_of(folder / each) != content_of(source / each))
      return false;
  return fs::is_regular_file(program, ignored);
}

/// Without the network if that will do. Empty, or the last line of what it said.
std::string cargo_says(const std::string& cargo, const fs::path& folder, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), cargo);
  process_options options;
  options.directory = folder.string();
  options.environment["CARGO_TARGET_DIR"] = (folder / "target").string();
  auto offline = arguments;
  offline.push_back("--offline");
  if (run(offline, {}, options, building_limit).code == 0)
    return {};
  const auto outcome = run(arguments, {}, options, building_limit);
  if (outcome.code == 0)
    return {};
  const auto end = outcome.output.find_last_not_of(" \n");
  const auto text = outcome.output.substr(0, end == std::string::npos ? 0 : end + 1);
  return fmt::format("cargo {} failed: {}", arguments[1], text.substr(text.rfind('\n') + 1));
}

/// Empty, or what went wrong.
std::string build(const std::string& cargo, const fs::path& folder, const fs::path& program) {
  std::error_code ignored;
  fs::remove(program, ignored);
  for (const auto* each : files)
    if (!write(folder / each, content_of(source / each)))
      return fmt::format("{} cannot be written", folder.string());
  if (auto failure = cargo_says(cargo, folder, {"generate-lockfile"}); !failure.empty())
    return failure;
  const auto locked = with_sources(content_of(folder / "versions.lock"), content_of(folder / "Cargo.lock"));
  if (locked.empty() || !write(folder / "Cargo.lock", locked))
    return "cargo names no source of its crates";
  return cargo_says(cargo, folder, {"build", "--release", "--locked"});
}

} // namespace

std::string with_sources(std::string_view pinned, std::string_view resolved) {
  constexpr std::string_view key = "\nsource = ";
  const auto at = resolved.find(key);
  if (at == std::string_view::npos)
    return {};
  const auto line = std::string{resolved.substr(at + 1, resolved.find('\n', at + 1) - at)};
  std::string all;
  std::istringstream lines{std::string{pinned}};
  for (std::string each; std::getline(lines, each);) {
    // A package of a registry has a checksum, and its source stands before it.
    if (each.starts_with("checksum = "))
      all += line;
    all += each + '\n';
  }
  return all;
}

std::optional<crate_figures> crate_figures_of(std::string_view json_line) {
  boost::system::error_code failed;
  const auto parsed = json::parse({json_line.data(), json_line.size()}, failed);
  if (failed || !parsed.is_object())
    return std::nullopt;
  crate_figures all;
  const auto take = [&](const char* key, double& to) {
    const auto* value = parsed.as_object().if_contains(key);
    if (value == nullptr || !value->is_number())
      return false;
    to = value->to_number<double>();
    return true;
  };
  if (take("ops_s", all.ops_s) && take("p50_ms", all.p50_ms) && take("p99_ms", all.p99_ms) &&
      take("messages_per_op", all.messages_per_op) && take("rss_mb", all.rss_mb))
    return all;
  return std::nullopt;
}

expected<brb_crate, explained> brb_crate::prepare() {
  if (!fs::exists(source / files[0]))
    return unexpected(explained{fmt::format("the source tree is not at {}", TROUPE_SOURCE_DIR)});
  const auto folder = cache_folder();
  const auto program = folder / "target" / "release" / "brb_crate";
  if (!built_before(folder, program)) {
    const auto found = cargo();
    if (found.empty())
      return unexpected(explained{"cargo is not installed"});
    if (auto failure = build(found, folder, program); !failure.empty())
      return unexpected(explained{failure});
  }
  return brb_crate{program.string()};
}

std::optional<crate_figures> brb_crate::load(std::size_t members, std::size_t op_bytes, double rate,
                                             double measured_s) const {
  process_options options;
  options.merge_stderr = false;
  const auto outcome = run({program_, std::to_string(members), std::to_string(op_bytes),
                            fmt::format("{}", rate), fmt::format("{}", measured_s)},
                           {}, options, running_limit);
  return outcome.code == 0 ? crate_figures_of(outcome.output) : std::nullopt;
}

} // namespace troupe::bench
