// SPDX-License-Identifier: BSD-3-Clause
// The one way to start an actor. Its behaviour function takes the actor, its node_context, and what else it
// needs:
//   interface::behavior_type x_actor(self_ptr<interface, x_state> self, node_context context, options o);
//   auto x = spawn(system, context.named("x"), x_actor, o);
// Before the function runs, CAF's default handlers are replaced, so that crashes, unexpected messages and
// stray errors reach the node's log and never CAF's printers on stdout. The actor runs on the pool, whoever
// starts it.
#pragma once

#include "actors/runtime/charged.hpp"
#include "actors/runtime/node_context.hpp"
#include "actors/runtime/shell/send.hpp"

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/stateful_actor.hpp>

#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

namespace troupe {

/// Installs the handlers; spawn does it.
void guard(caf::scheduled_actor& self, std::shared_ptr<const node_context> context);

template <class Behaviour>
struct behaviour_signature : behaviour_signature<decltype(&Behaviour::operator())> {};
template <class Result, class Self, class... More>
struct behaviour_signature<Result (*)(Self*, node_context, More...)> {
  using result = Result;
  using self = Self;
};
template <class Lambda, class Result, class Self, class... More>
struct behaviour_signature<Result (Lambda::*)(Self*, node_context, More...) const> {
  using result = Result;
  using self = Self;
};

/// What CAF is given in place of the behaviour function.
template <class Behaviour, class... More>
class guarded_behaviour {
public:
  using signature = behaviour_signature<Behaviour>;

  guarded_behaviour(Behaviour behaviour, node_context context, More... more)
    : behaviour_(std::move(behaviour)), context_(std::move(context)), more_(std::move(more)...) {}

  typename signature::result operator()(typename signature::self* self) const {
    guard(*self, std::make_shared<const node_context>(context_));
    return std::apply([&](const More&... more) { return behaviour_(self, context_, more...); }, more_);
  }

private:
  Behaviour behaviour_;
  node_context context_;
  std::tuple<More...> more_;
};

template <class Behaviour, class... More>
auto spawn(caf::actor_system& system, node_context context, Behaviour behaviour, More&&... more) {
  const auto spawns = context.spawns;
  const auto name = spawns ? context.name : std::string{};
  auto made = system.spawn(guarded_behaviour<Behaviour, std::decay_t<More>...>{
    std::move(behaviour), std::move(context), std::forward<More>(more)...});
  if (spawns)
    spawns->spawned(made.id(), name);
  return made;
}

} // namespace troupe
