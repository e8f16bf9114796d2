// SPDX-License-Identifier: BSD-3-Clause
// The shell around a pure machine: it hands inputs in with the node's time, drains poll() after each, serves
// the effects that all machines share, and leaves the others to `Own`, an object with one call operator for
// each of them. It lives in the actor's state and decides nothing. See docs/concepts.md.
#pragma once

#include "actors/runtime/shell/crypto_desk.hpp"
#include "actors/runtime/shell/spawn.hpp"
#include "actors/runtime/timer_table.hpp"
#include "messages/types/assert.hpp"

#include <concepts>
#include <type_traits>
#include <utility>
#include <variant>

namespace troupe {

/// `Interface` is with_shell<the public interface>; its behaviour forwards timer_fired to wake() and the
/// outcomes to feed().
template <machine Machine, class Interface, class Own>
class shell {
public:
  using self_base = typename Interface::base;

  shell(self_base* self, node_context context, ticket_desk desk, Machine machine, Own own)
    : self_(self), context_(std::move(context)), desk_(std::move(desk)), machine_(std::move(machine)),
      own_(std::move(own)) {}
  shell(const shell&) = delete;
  shell& operator=(const shell&) = delete;

  void start() {
    machine_.start(now());
    drain();
  }

  /// Gives what the machine's handle gave, after its effects were served.
  template <class Input>
  auto feed(Input&& input) {
    if constexpr (std::is_void_v<decltype(machine_.handle(std::forward<Input>(input), time_point{}))>) {
      machine_.handle(std::forward<Input>(input), now());
      drain();
    } else {
      auto outcome = machine_.handle(std::forward<Input>(input), now());
      drain();
      return outcome;
    }
  }

  /// The same for an input that came from a peer: if it crashes the actor, the peer is charged.
  template <class Input>
  auto feed_from(const peer_id& peer, Input&& input) {
    return charged_to(peer, [&] { return feed(std::forward<Input>(input)); });
  }

  void wake(const timer_fired& fired) {
    timers_.fired(fired.at);
    while (auto timer = timers_.due(now())) {
      machine_.expire(*timer, now());
      drain();
    }
    call_me();
  }

  auto snapshot() const { return machine_.snapshot(); }
  const Machine& machine() const { return machine_; }
  Own& own() { return own_; }
  const node_context& context() const { return context_; }
  time_point now() const { return context_.clock->now(); }

private:
  void drain() {
    if (std::exchange(draining_, true))
      return; // an effect fed the machine again: the loop below sees what comes of it
    while (auto effect = machine_.poll())
      std::visit([this](auto& one) { this->serve(one); }, *effect);
    draining_ = false;
    call_me();
  }

  void call_me() {
    if (const auto at = timers_.wake())
      send_after(self_, handle<takes<timer_fired>>{self_}, *at - now(), timer_fired{*at});
  }

  template <class Effect>
  void serve(Effect& effect) {
    if constexpr (std::same_as<Effect, arm>)
      TROUPE_ASSERT(timers_.arm(effect.timer, now() + effect.after));
    else if constexpr (std::same_as<Effect, cancel>)
      timers_.cancel(effect.timer);
    else if constexpr (std::same_as<Effect, persist>)
      send(self_, desk_.store, persist_order{std::move(effect), ticket_taker{self_}});
    else if constexpr (std::same_as<Effect, verify>)
      desk_.crypto.check(self_, std::move(effect));
    else if constexpr (std::same_as<Effect, sign>)
      desk_.crypto.sign(self_, std::move(effect));
    else if constexpr (std::same_as<Effect, note>)
      context_.line(static_cast<log_level>(effect.severity), effect.text);
    else
      own_(std::move(effect));
  }

  self_base* self_;
  node_context context_;
  ticket_desk desk_;
  Machine machine_;
  Own own_;
  timer_table timers_;
  bool draining_ = false;
};

} // namespace troupe
