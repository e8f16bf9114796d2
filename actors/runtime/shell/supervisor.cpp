// SPDX-License-Identifier: BSD-3-Clause
#include "actors/runtime/shell/supervisor.hpp"

#include "messages/types/assert.hpp"

#include <caf/actor_addr.hpp>

#include <utility>
#include <variant>

namespace troupe {
namespace {

std::vector<child_spec> specs_of(const std::vector<child>& children) {
  std::vector<child_spec> specs;
  specs.reserve(children.size());
  for (const auto& one : children)
    specs.push_back(one.spec);
  return specs;
}

} // namespace

struct supervisor::kill_list {
  std::map<std::string, caf::strong_actor_ptr> children;
  std::map<std::string, caf::actor> addresses;

  void kill_all(caf::local_actor& by) const {
    for (auto at = children.rbegin(); at != children.rend(); ++at)
      by.send_exit(at->second, caf::exit_reason::kill);
    // The addresses outlive this supervisor: one that its own supervisor starts in its place stands behind
    // them again.
    for (const auto& [key, address] : addresses)
      caf::anon_send(address, proxy_target{});
  }
};

supervisor::supervisor(caf::scheduled_actor* self, node_context context, supervision_options options,
                       std::vector<child> children, supervisor_hooks hooks)
  : self_(self), context_(std::move(context)),
    brain_(options, specs_of(children), context_.rng.split("supervision")), hooks_(std::move(hooks)),
    timers_(options.children_max + 1), kills_(std::make_shared<kill_list>()),
    exit_(caf::exit_reason::user_shutdown) {
  for (auto& one : children) {
    const auto key = one.spec.key;
    if (one.address)
      kills_->addresses.emplace(key, one.address);
    runners_.emplace(key, runner{std::move(one), nullptr, {}});
  }
  self_->set_down_handler([this](caf::down_msg& down) { child_ended(down.source, down.reason); });
  self_->set_exit_handler([this](caf::exit_msg& told) {
    if (!failed(told.reason))
      return; // somebody linked ended normally
    exit_ = told.reason;
    brain_.stop(context_.clock->now());
    drain();
  });
  self_->attach_functor([list = kills_, self = self_] { list->kill_all(*self); });
}

void supervisor::start() {
  brain_.start(context_.clock->now());
  drain();
}

expected<caf::strong_actor_ptr, runtime_errc> supervisor::add(child what) {
  const auto key = what.spec.key;
  if (auto added = brain_.add(what.spec, context_.clock->now()); !added)
    return unexpected(added.error());
  if (what.address)
    kills_->addresses.emplace(key, what.address);
  runners_.emplace(key, runner{std::move(what), nullptr, {}});
  drain();
  return find(key);
}

expected<void, runtime_errc> supervisor::remove(const std::string& key) {
  auto removed = brain_.remove(key, context_.clock->now());
  drain();
  return removed;
}

caf::strong_actor_ptr supervisor::find(const std::string& key) const {
  const auto known = runners_.find(key);
  return known == runners_.end() ? nullptr : known->second.actor;
}

void supervisor::wake(const timer_fired& fired) {
  timers_.fired(fired.at);
  while (auto timer = timers_.due(context_.clock->now())) {
    brain_.expire(*timer, context_.clock->now());
    drain();
  }
  call_me();
}

void supervisor::drain() {
  if (std::exchange(draining_, true))
    return;
  while (auto effect = brain_.poll())
    std::visit([this](const auto& one) { serve(one); }, *effect);
  draining_ = false;
  call_me();
}

void supervisor::call_me() {
  if (const auto at = timers_.wake()) {
    auto& clock = self_->clock();
    clock.schedule_message(clock.now() + (*at - context_.clock->now()),
                           caf::actor_cast<caf::strong_actor_ptr>(self_),
                           caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, timer_fired{*at}));
  }
}

void supervisor::child_ended(const caf::actor_addr& who, const caf::error& reason) {
  const auto known = by_address_.find(who);
  if (known == by_address_.end())
    return; // a second report of the same end, or of one forgotten
  const auto key = known->second;
  auto& one = runners_.at(key);
  forget_actor(one);
  auto cause = cause_of(reason);
  brain_.ended(key, one.which, {cause.abnormal, std::move(cause.text), cause.charged}, context_.clock->now());
  drain();
}

void supervisor::forget_actor(runner& one) {
  by_address_.erase(one.actor->address());
  kills_->children.erase(one.what.spec.key);
  one.actor = nullptr;
  if (one.what.address)
    caf::anon_send(one.what.address, proxy_target{});
}

void supervisor::serve(const supervision::start_child& order) {
  auto& one = runners_.at(order.key);
  one.which = order.which;
  std::string why = name_of(runtime_errc::not_started).data();
  try {
    one.actor = one.what.start(self_->system(), context_.named(order.key));
  } catch (const std::exception& crash) {
    why = crash.what();
    one.actor = nullptr;
  }
  if (!one.actor) {
    context_.line(log_level::error, "cannot start " + order.key + ": " + why);
    brain_.ended(order.key, order.which, {true, why, std::nullopt}, context_.clock->now());
    return;
  }
  by_address_.emplace(one.actor->address(), order.key);
  kills_->children.insert_or_assign(order.key, one.actor);
  self_->monitor(one.actor);
  if (one.what.address)
    caf::anon_send(one.what.address, proxy_target{one.actor});
}

void supervisor::serve(const supervision::ask_child_to_stop& order) {
  self_->send_exit(runners_.at(order.key).actor, caf::exit_reason::user_shutdown);
}

void supervisor::serve(const supervision::kill_child& order) {
  self_->send_exit(runners_.at(order.key).actor, caf::exit_reason::kill);
}

void supervisor::serve(const supervision::forget_child& order) {
  kills_->addresses.erase(order.key);
  runners_.erase(order.key);
}

void supervisor::serve(const supervision::report_down& event) {
  context_.line(event.how.abnormal ? log_level::warn : log_level::debug,
                event.key + " ended: " + event.how.why + (event.comes_back ? "; comes back" : ""));
  if (hooks_.down)
    hooks_.down({event.key, event.how.why, event.how.charged, event.comes_back});
}

void supervisor::serve(const supervision::blame& event) {
  if (hooks_.blame)
    hooks_.blame(event.peer, event.key + " crashed: " + event.why);
}

void supervisor::serve(const supervision::finished& end) {
  self_->quit(end.escalated ? error_of(runtime_errc::escalated) : exit_);
}

void supervisor::serve(const arm& timer) {
  TROUPE_ASSERT(timers_.arm(timer.timer, context_.clock->now() + timer.after));
}

void supervisor::serve(const cancel& timer) {
  timers_.cancel(timer.timer);
}

void supervisor::serve(const note& line) {
  context_.line(static_cast<log_level>(line.severity), line.text);
}

} // namespace troupe
