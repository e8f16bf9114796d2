// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/crash_sink.hpp"

#include "actors/runtime/shell/error.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/send.hpp>
#include <caf/system_messages.hpp>

#include <algorithm>
#include <cstdio>
#include <stdexcept>

namespace troupe::test {
namespace {

constexpr std::string_view injected_text = "injected crash";

} // namespace

void crash_sink::arm(std::string node, std::uint64_t nth, bool writer) {
  node_ = std::move(node) + "/";
  lines_left_ = nth;
  writer_ = writer;
}

void crash_sink::crash(const caf::actor_addr& which, const std::string& kind) {
  ++injected_;
  ++by_kind_[kind];
  caf::anon_send<caf::message_priority::high>(
    caf::actor_cast<caf::actor>(which), caf::exit_msg{which, crash_error(std::string{injected_text}, {})});
}

bool crash_sink::crash_a_ready_actor() {
  auto& jobs = dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler()).jobs;
  std::vector<caf::scheduled_actor*> ready;
  for (auto* job : jobs) {
    auto* actor = dynamic_cast<caf::scheduled_actor*>(job);
    // The untyped ones are the proxies, which nothing supervises.
    if (actor && !dynamic_cast<caf::event_based_actor*>(job) && !protected_.contains(actor->address()))
      ready.push_back(actor);
  }
  if (ready.empty())
    return false;
  // Of the kind that was hit least so far: some are ready all the time, others hardly ever.
  const auto hits = [this](const caf::scheduled_actor* actor) {
    const auto found = by_kind_.find(actor->name());
    return found == by_kind_.end() ? 0 : found->second;
  };
  const auto* rarest = *std::min_element(ready.begin(), ready.end(),
                                         [&](const auto* a, const auto* b) { return hits(a) < hits(b); });
  std::erase_if(ready, [&, least = hits(rarest)](const auto* actor) { return hits(actor) > least; });
  const auto* victim = ready[rng_.below(ready.size())];
  crash(victim->address(), victim->name());
  return true;
}

void crash_sink::write(log_level level, std::string_view actor, time_point at, std::string_view line) {
  next_->write(level, actor, at, line);
  if (print_)
    std::fprintf(stderr, "%.6f %.*s: %.*s\n", static_cast<double>(at.time_since_epoch().count()) / 1e9,
                 static_cast<int>(actor.size()), actor.data(), static_cast<int>(line.size()), line.data());
  const auto where = std::string{actor} + ": " + std::string{line};
  const bool crashed = level == log_level::error && line.starts_with("crashed");
  if (crashed && line.find(injected_text) == std::string_view::npos)
    crashes_.push_back(where);
  if (line.starts_with("escalates"))
    escalations_.push_back(where);
  if (line.starts_with("kills "))
    stuck_.push_back(where);
  // Warnings and errors come from handlers of last resort too, which must not throw.
  if (lines_left_ == 0 || level >= log_level::warn || !actor.starts_with(node_) || --lines_left_ > 0)
    return;
  if (!writer_) {
    lines_left_ = crash_a_ready_actor() ? 0 : 1;
    return;
  }
  ++injected_;
  ++by_kind_["a writer"];
  throw std::runtime_error{std::string{injected_text}};
}

} // namespace troupe::test
