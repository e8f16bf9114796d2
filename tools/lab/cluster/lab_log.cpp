// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/cluster/lab_log.hpp"

#include "tools/lab/cluster/node_life.hpp"

#include <cstdio>
#include <stdexcept>

namespace troupe::lab {
namespace {

constexpr std::string_view refusal = "dropping packet: ";

/// The name in front of its details: "SourceAlreadyHasPendingMsg" of "SourceAlreadyHasPendingMsg(n1.3)".
std::string first_word(std::string_view text) {
  return std::string{text.substr(0, text.find_first_of("( :"))};
}

} // namespace

void mark_set::hit(std::string name) {
  const std::scoped_lock lock{guard_};
  names_.insert(std::move(name));
}

std::set<std::string> mark_set::all() const {
  const std::scoped_lock lock{guard_};
  return names_;
}

bool lab_log::wants(log_level level) const {
  return level != log_level::off &&
         (level >= log_level::info || (level == log_level::debug && lines_left_ > 0) || with_.print);
}

void lab_log::judge(log_level level, std::string_view actor, std::string_view line) {
  if (const auto found = line.find(refusal); found != std::string_view::npos)
    with_.marks->hit(first_word(line.substr(found + refusal.size())));
  const auto where = std::string{actor} + ": " + std::string{line};
  const bool crashed = level == log_level::error && line.starts_with("crashed");
  if (crashed && line.find(injected_text) == std::string_view::npos)
    with_.tell->saw({with_.at->now(), with_.node, misfortune{"a crash nobody caused: " + where}});
  if (line.starts_with("escalates"))
    with_.tell->saw({with_.at->now(), with_.node, misfortune{"no restarts left: " + where}});
  if (line.starts_with("kills "))
    with_.tell->saw({with_.at->now(), with_.node, misfortune{"did not stop: " + where}});
}

void lab_log::write(log_level level, std::string_view actor, time_point at, std::string_view line) {
  if (with_.print)
    std::fprintf(stderr, "%.6f %.*s: %.*s\n", static_cast<double>(at.time_since_epoch().count()) / 1e9,
                 static_cast<int>(actor.size()), actor.data(), static_cast<int>(line.size()), line.data());
  if (level >= log_level::info)
    judge(level, actor, line);
  // Lines of packets are made only where somebody reads them; counting them would make a printed run another
  // one.
  if (level >= log_level::warn || level == log_level::trace)
    return;
  auto left = lines_left_.load();
  while (left > 0 && !lines_left_.compare_exchange_weak(left, left - 1))
    continue;
  if (left != 1)
    return;
  with_.tell->saw({with_.at->now(), with_.node, injected{"throw in " + std::string{actor}}});
  throw std::runtime_error{std::string{injected_text}};
}

} // namespace troupe::lab
