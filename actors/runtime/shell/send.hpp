// SPDX-License-Identifier: BSD-3-Clause
// Sending, in the only spellings used: CAF 1.x replaces the member functions behind them. Requests are for
// cold paths and always name a finite timeout; hot paths are one-way messages with tickets (design 9).
#pragma once

#include "actors/runtime/shell/typed.hpp"

#include <caf/actor_cast.hpp>
#include <caf/exit_reason.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <utility>

namespace troupe {

/// One-way, from inside an actor. A null handle is a message to nobody.
template <class Self, class Handle, class... Parts>
void send(Self* self, const Handle& to, Parts&&... parts) {
  if (to)
    self->send(to, std::forward<Parts>(parts)...);
}

/// One-way and ahead of what waits in the mailbox: control only.
template <class Self, class Handle, class... Parts>
void send_urgent(Self* self, const Handle& to, Parts&&... parts) {
  if (to)
    self->template send<caf::message_priority::high>(to, std::forward<Parts>(parts)...);
}

/// One-way, from any thread, with no sender.
template <class Handle, class... Parts>
void post(const Handle& to, Parts&&... parts) {
  if (to)
    caf::anon_send(to, std::forward<Parts>(parts)...);
}

/// One-way, `delay` from now on the actor system's clock. It cannot be taken back: shells use their timer
/// table.
template <class Self, class Handle, class Rep, class Period, class... Parts>
void send_after(Self* self, const Handle& to, std::chrono::duration<Rep, Period> delay, Parts&&... parts) {
  if (to)
    self->delayed_send(to, delay, std::forward<Parts>(parts)...);
}

/// A request; continue with `.then(on_value, on_error)`, never `.await`. The error is request_timeout after
/// `timeout`.
template <class Self, class Handle, class Rep, class Period, class... Parts>
auto request(Self* self, const Handle& to, std::chrono::duration<Rep, Period> timeout, Parts&&... parts) {
  return self->request(to, timeout, std::forward<Parts>(parts)...);
}

/// Asks an actor to end, as its supervisor would; from any thread.
template <class Handle>
void ask_to_stop(const Handle& who) {
  if (who)
    caf::anon_send_exit(who, caf::exit_reason::user_shutdown);
}

} // namespace troupe
