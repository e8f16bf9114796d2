// SPDX-License-Identifier: BSD-3-Clause
#include "actors/runtime/supervision.hpp"

#include "messages/types/assert.hpp"

#include <limits>

namespace troupe {
namespace {

// Children's timers carry their places, which start at 1 and never get this far.
constexpr timer_id group_timer{std::numeric_limits<std::uint64_t>::max()};

} // namespace

supervision::supervision(supervision_options options, std::vector<child_spec> children, random_stream rng)
  : options_(options), rng_(rng), window_(options.intensity, options.period) {
  TROUPE_ASSERT(children.size() <= options.children_max);
  for (auto& spec : children) {
    TROUPE_ASSERT(!places_.contains(spec.key));
    backoff wait{options_.wait, rng_.split(spec.key)};
    places_.emplace(spec.key, next_place_);
    children_.emplace(next_place_++, child{.spec = std::move(spec), .wait = wait});
  }
}

void supervision::start(time_point now) {
  for (auto& [place, one] : children_)
    launch(place, one, now);
}

void supervision::launch(order, child& one, time_point now) {
  one.at = phase::running;
  one.started = now;
  one.which = last_ = last_.next();
  out_.push(start_child{one.spec.key, one.which});
}

void supervision::ended(const std::string& key, generation which, const child_exit& how, time_point now) {
  const auto known = places_.find(key);
  if (known == places_.end())
    return;
  const auto place = known->second;
  auto& one = children_.at(place);
  if (!up(one) || one.which != which)
    return;
  if (how.charged)
    out_.push(blame{*how.charged, key, how.why});
  const bool was_asked = one.at != phase::running;
  if (was_asked) {
    --asked_;
    out_.push(cancel{timer_id{place}});
  }
  one.at = phase::idle;
  const bool in_group = group_from_ && place >= *group_from_;
  if (one.removing || stopping_) {
    out_.push(report_down{key, how, false});
    if (one.removing || one.dynamic)
      forget(key);
  } else if (was_asked || in_group) {
    // Taken along by a sibling: it comes back with the group, whatever way it ended, unless it is temporary.
    out_.push(report_down{key, how, one.spec.kind != restart::temporary});
    if (one.spec.kind == restart::temporary)
      forget(key);
  } else {
    failed(place, one, how, now);
  }
  proceed(now);
}

void supervision::failed(order place, child& one, const child_exit& how, time_point now) {
  const auto key = one.spec.key;
  if (!wants_restart(one.spec.kind, how.abnormal)) {
    out_.push(report_down{key, how, false});
    if (one.dynamic || one.spec.kind == restart::temporary)
      forget(key);
    return;
  }
  if (!how.charged && !window_.count(now)) {
    out_.push(report_down{key, how, false});
    out_.push(note{note::level::error, "escalates: more than " + std::to_string(options_.intensity) +
                                         " restarts within the period; last " + key + ": " + how.why});
    escalated_ = true;
    wind_down(now);
    return;
  }
  const auto wait = how.charged ? duration::zero() : one.wait.failed_after(now - one.started);
  out_.push(report_down{key, how, true});
  switch (options_.plan) {
  case strategy::one_for_one:
    return restart_alone(place, one, wait, now);
  case strategy::one_for_all:
    return restart_group(0, wait, now);
  case strategy::rest_for_one:
    return restart_group(place, wait, now);
  }
}

void supervision::restart_alone(order place, child& one, duration wait, time_point now) {
  if (wait == duration::zero())
    return launch(place, one, now);
  one.at = phase::waiting;
  out_.push(arm{timer_id{place}, wait});
}

void supervision::restart_group(order from, duration wait, time_point) {
  group_from_ = group_from_ ? std::min(*group_from_, from) : from;
  if (wait > duration::zero()) {
    group_waits_ = true;
    out_.push(arm{group_timer, wait});
  }
}

void supervision::proceed(time_point now) {
  if (finished_)
    return;
  if (stopping_) {
    if (stop_last(0))
      return;
    finished_ = true;
    out_.push(finished{escalated_});
    return;
  }
  if (!group_from_ || stop_last(*group_from_) || group_waits_)
    return;
  const auto from = *group_from_;
  group_from_.reset();
  for (auto at = children_.lower_bound(from); at != children_.end(); ++at)
    if (at->second.at == phase::idle)
      launch(at->first, at->second, now);
}

bool supervision::stop_last(order from) {
  if (asked_ > 0)
    return true;
  for (auto at = children_.rbegin(); at != children_.rend() && at->first >= from; ++at) {
    auto& [place, one] = *at;
    if (!up(one))
      continue;
    if (asked_ > 0 && !one.dynamic)
      break;
    ask(place, one);
    if (!one.dynamic)
      break;
  }
  return asked_ > 0;
}

void supervision::ask(order place, child& one) {
  one.at = phase::asked;
  ++asked_;
  out_.push(ask_child_to_stop{one.spec.key});
  out_.push(arm{timer_id{place}, one.spec.stop_within});
}

expected<void, runtime_errc> supervision::add(child_spec spec, time_point now) {
  if (stopping_)
    return unexpected(runtime_errc::stopping);
  if (places_.contains(spec.key))
    return unexpected(runtime_errc::already_running);
  if (children_.size() >= options_.children_max)
    return unexpected(runtime_errc::overloaded);
  const auto place = next_place_++;
  backoff wait{options_.wait, rng_.split(spec.key)};
  places_.emplace(spec.key, place);
  auto& one =
    children_.emplace(place, child{.spec = std::move(spec), .wait = wait, .dynamic = true}).first->second;
  if (!group_from_)
    launch(place, one, now);
  return {};
}

expected<void, runtime_errc> supervision::remove(const std::string& key, time_point now) {
  const auto known = places_.find(key);
  if (known == places_.end())
    return unexpected(runtime_errc::unknown_child);
  auto& one = children_.at(known->second);
  one.removing = true;
  if (one.at == phase::running)
    ask(known->second, one);
  else if (!up(one)) {
    if (one.at == phase::waiting)
      out_.push(cancel{timer_id{known->second}});
    forget(std::string{key});
    proceed(now);
  }
  return {};
}

void supervision::stop(time_point now) {
  if (stopping_)
    return;
  wind_down(now);
  proceed(now);
}

void supervision::wind_down(time_point) {
  stopping_ = true;
  group_from_.reset();
  if (std::exchange(group_waits_, false))
    out_.push(cancel{group_timer});
  for (auto& [place, one] : children_)
    if (one.at == phase::waiting) {
      one.at = phase::idle;
      out_.push(cancel{timer_id{place}});
    }
}

void supervision::expire(timer_id timer, time_point now) {
  if (timer == group_timer) {
    group_waits_ = false;
    return proceed(now);
  }
  const auto known = children_.find(timer.value());
  if (known == children_.end())
    return;
  auto& one = known->second;
  if (one.at == phase::waiting)
    launch(known->first, one, now);
  else if (one.at == phase::asked) {
    one.at = phase::killed;
    out_.push(note{note::level::warn, "kills " + one.spec.key + ", which did not stop in time"});
    out_.push(kill_child{one.spec.key});
  }
}

void supervision::forget(const std::string& key) {
  const auto known = places_.find(key);
  out_.push(forget_child{key});
  children_.erase(known->second);
  places_.erase(known);
}

supervision::state supervision::snapshot() const {
  std::size_t running = 0;
  for (const auto& [place, one] : children_)
    running += up(one) ? 1u : 0u;
  return {children_.size(), running, window_.counted(), stopping_};
}

} // namespace troupe
