// SPDX-License-Identifier: BSD-3-Clause
#include "tools/bench/brb_group.hpp"

#include "tools/bench/member_process.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <exception>

#include <sys/wait.h>
#include <unistd.h>

namespace troupe::bench {
namespace {

[[noreturn]] void serve(const std::vector<member_options>& with, int in, int out) {
  try {
    serve_members(with, in, out);
    std::_Exit(0);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "bench brb: a member: %s\n", failure.what());
  }
  std::_Exit(1);
}

member_options member_of(const brb_group::options& how, std::size_t which) {
  return {how.algorithm, how.data.empty() ? "" : fmt::format("{}/member-{}", how.data, which), how.batch,
          how.op_bytes, how.members};
}

} // namespace

void brb_group::start(const std::vector<member_options>& with) {
  int down[2] = {-1, -1};
  int up[2] = {-1, -1};
  if (::pipe(down) != 0 || ::pipe(up) != 0)
    return;
  const auto id = ::fork();
  if (id == 0) {
    ::close(down[1]);
    ::close(up[0]);
    for (const auto& other : processes_) {
      ::close(other.in);
      ::close(other.out);
    }
    serve(with, down[0], up[1]);
  }
  ::close(down[0]);
  ::close(up[1]);
  processes_.push_back({id, up[0], down[1], std::make_unique<line_pipe>(up[0], down[1])});
}

brb_group::brb_group(const options& how) : how_(how) {
  std::signal(SIGPIPE, SIG_IGN); // a member that died is one that does not answer
  std::vector<member_options> all;
  for (std::size_t i = 0; i < how.members; ++i)
    all.push_back(member_of(how, i));
  if (how.where == placement::one)
    start(all);
  else
    for (const auto& one : all)
      start({one});
  std::string addresses = "addresses";
  for (auto& one : processes_) {
    const auto said = one.lines->read();
    if (!said)
      return;
    addresses += ' ' + *said;
  }
  ready_ =
    processes_.size() == (how.where == placement::one ? 1 : how.members) && all_say(addresses).has_value();
}

brb_group::~brb_group() {
  for (auto& one : processes_)
    stop(one);
}

void brb_group::stop(process& one) {
  one.lines->write("stop");
  ::close(one.in);
  ::close(one.out);
  ::waitpid(one.id, nullptr, 0);
  one.in = one.out = -1; // their numbers are used again
}

std::optional<std::string> brb_group::said(std::size_t which, const std::string& line) {
  auto& lines = *processes_[which].lines;
  return lines.write(line) ? lines.read() : std::nullopt;
}

std::optional<std::vector<std::string>> brb_group::all_say(const std::string& line) {
  for (const auto& one : processes_)
    if (!one.lines->write(line))
      return std::nullopt;
  std::vector<std::string> answers;
  for (auto& one : processes_) {
    auto said = one.lines->read();
    if (!said)
      return std::nullopt;
    answers.push_back(std::move(*said));
  }
  return answers;
}

std::vector<member_figures> brb_group::load(double rate, double measured_s) {
  return measured(fmt::format("load {} {}", rate / static_cast<double>(how_.members), measured_s));
}

std::vector<member_figures> brb_group::fill(std::uint64_t count) {
  return measured(fmt::format("fill {}", count));
}

std::vector<member_figures> brb_group::measured(const std::string& order) {
  std::vector<member_figures> all;
  for (const auto& line : all_say(order).value_or(std::vector<std::string>{}))
    for (auto& one : figures_of(line))
      all.push_back(std::move(one));
  return all;
}

std::optional<double> brb_group::read_as_others(std::size_t which,
                                                std::chrono::steady_clock::time_point begun) {
  const auto wanted = said(which == 0 ? 1 : 0, "read");
  if (!wanted || said(which, "reach " + *wanted) != "reached")
    return std::nullopt;
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

std::optional<double> brb_group::restart(std::size_t which) {
  stop(processes_[which]);
  const auto begun = std::chrono::steady_clock::now();
  start({member_of(how_, which)});
  processes_[which] = std::move(processes_.back());
  processes_.pop_back();
  if (!processes_[which].lines->read())
    return std::nullopt;
  return read_as_others(which, begun);
}

std::optional<double> brb_group::join() {
  start({member_of(how_, processes_.size())});
  const auto joiner = processes_.size() - 1;
  const auto address = processes_[joiner].lines->read();
  if (!address)
    return std::nullopt;
  for (std::size_t i = 0; i < joiner; ++i) {
    const auto member = said(i, "address");
    if (!member || !said(joiner, "connect " + *member))
      return std::nullopt;
  }
  const auto begun = std::chrono::steady_clock::now();
  if (!said(0, "propose " + *address))
    return std::nullopt;
  return read_as_others(joiner, begun);
}

} // namespace troupe::bench
