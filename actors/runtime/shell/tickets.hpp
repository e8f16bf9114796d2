// SPDX-License-Identifier: BSD-3-Clause
// Who does the slow work that machines ask for with tickets: the store persists, the crypto workers verify
// and sign. The outcome comes back to the asking actor as a one-way persisted, verified or signed_off; a
// restarted actor hears nothing of the old tickets.
#pragma once

#include "actors/runtime/shell/typed.hpp"

namespace troupe {

struct persist_order {
  persist what;
  ticket_taker who;
};
struct verify_order {
  verify what;
  ticket_taker who;
};
struct sign_order {
  sign what;
  ticket_taker who;
};

template <>
inline constexpr std::string_view signal_name<persist_order> = "runtime.persist_order";
template <>
inline constexpr std::string_view signal_name<verify_order> = "runtime.verify_order";
template <>
inline constexpr std::string_view signal_name<sign_order> = "runtime.sign_order";

/// What a promise store takes; it may take more.
using persist_handle = handle<takes<persist_order>>;
/// One crypto worker; shells reach it through the crypto_desk.
using crypto_handle = handle<takes<verify_order>, takes<sign_order>>;

using runtime_messages = message_list<timer_fired, credit, child_down, persisted, verified, signed_off,
                                      persist_order, verify_order, sign_order>;

} // namespace troupe
