// SPDX-License-Identifier: BSD-3-Clause
#include "tools/bench/brb_group.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <exception>

#include <sys/wait.h>
#include <unistd.h>

namespace troupe::bench {
namespace {

namespace json = boost::json;

[[noreturn]] void serve(const brb_member_options& with, int in, int out) {
  try {
    serve_brb_member(with, in, out);
    std::_Exit(0);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "bench brb: a member: %s\n", failure.what());
  }
  std::_Exit(1);
}

brb_figures figures_of(const json::object& from) {
  brb_figures all;
  all.seconds = from.at("seconds").to_number<double>();
  all.delivered = from.at("delivered").to_number<std::uint64_t>();
  all.failed = from.at("failed").to_number<std::uint64_t>();
  all.rss_mb = from.at("rss_mb").to_number<double>();
  for (const auto& one : from.at("latencies_ms").as_array())
    all.latencies_ms.push_back(one.to_number<double>());
  return all;
}

brb_member_options member_of(const brb_group::options& how, std::size_t which) {
  return {how.data.empty() ? "" : fmt::format("{}/member-{}", how.data, which), how.batch, how.op_bytes,
          how.members};
}

} // namespace

void brb_group::start(const brb_member_options& with) {
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
  for (std::size_t i = 0; i < how.members; ++i)
    start(member_of(how, i));
  std::string addresses = "addresses";
  for (auto& one : processes_) {
    const auto said = one.lines->read();
    if (!said)
      return;
    addresses += ' ' + *said;
  }
  ready_ = processes_.size() == how.members && all_say(addresses).has_value();
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

std::vector<brb_figures> brb_group::load(double rate, double measured_s) {
  const auto said =
    all_say(fmt::format("load {} {}", rate / static_cast<double>(processes_.size()), measured_s));
  std::vector<brb_figures> all;
  for (const auto& line : said.value_or(std::vector<std::string>{}))
    all.push_back(figures_of(json::parse(line).as_object()));
  return all;
}

std::vector<brb_figures> brb_group::fill(std::uint64_t count) {
  const auto said = all_say(fmt::format("fill {}", count));
  std::vector<brb_figures> all;
  for (const auto& line : said.value_or(std::vector<std::string>{}))
    all.push_back(figures_of(json::parse(line).as_object()));
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
  start(member_of(how_, which));
  processes_[which] = std::move(processes_.back());
  processes_.pop_back();
  if (!processes_[which].lines->read())
    return std::nullopt;
  return read_as_others(which, begun);
}

std::optional<double> brb_group::join() {
  start(member_of(how_, processes_.size()));
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
