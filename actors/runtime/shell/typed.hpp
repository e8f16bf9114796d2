// SPDX-License-Identifier: BSD-3-Clause
// The spellings of CAF that changed after 0.17, in one place with send.hpp, spawn.hpp, error.hpp and
// system_config.hpp (spec: caf 8): how a typed interface is written.
#pragma once

#include "actors/runtime/shell/flat_inspect.hpp"
#include "actors/runtime/shell/message_types.hpp"
#include "actors/runtime/signals.hpp"

#include <caf/result.hpp>
#include <caf/typed_actor.hpp>

namespace troupe {

/// A typed handle: `handle<takes<a>, answers<b, query>>`.
template <class... Signatures>
using handle = caf::typed_actor<Signatures...>;

/// One-way: the actor takes a message of these types.
template <class... Inputs>
using takes = caf::reacts_to<Inputs...>;

/// Request: the actor answers a message of `Inputs` with `Output`.
template <class Output, class... Inputs>
using answers = typename caf::replies_to<Inputs...>::template with<Output>;

/// What a handler of such a request returns: the output or an error (error_of).
template <class Output>
using reply = caf::result<Output>;

/// The pointer a behaviour function takes first; `self->state` is a State.
template <class Interface, class State>
using self_ptr = typename Interface::template stateful_pointer<State>;

/// Who asked for a ticket and hears its outcome.
using ticket_taker = handle<takes<persisted>, takes<verified>, takes<signed_off>>;

/// The interface of a machine's actor: the public one and what only its own shell sends it.
template <class Interface>
using with_shell = typename Interface::template extend<takes<timer_fired>, takes<persisted>, takes<verified>,
                                                       takes<signed_off>>;

/// The public interface of an actor that has timers but no tickets.
template <class Interface>
using with_timers = typename Interface::template extend<takes<timer_fired>>;

} // namespace troupe
