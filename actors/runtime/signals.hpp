// SPDX-License-Identifier: BSD-3-Clause
// The local signals that the runtime itself sends between actors. The ticket outcomes are machine inputs,
// declared with the machine contract, and become signals here.
#pragma once

#include "actors/runtime/machine.hpp"
#include "actors/runtime/message_kind.hpp"

#include <optional>
#include <string>

namespace troupe {

/// A timer table's wake-up call: timers due at `at` may be due now. A late or superseded one does no harm.
struct timer_fired {
  time_point at;
};

/// `units` that were taken from a credit_gate are given back.
struct credit {
  std::size_t units;
};

/// A supervised child ended, for whatever reason.
struct child_down {
  std::string key;
  std::string why;                ///< "normal", "stopped", "killed", or the text of the crash
  std::optional<peer_id> charged; ///< the peer whose input crashed it
  bool comes_back;                ///< a restart is due
};

template <>
inline constexpr std::string_view signal_name<timer_fired> = "runtime.timer_fired";
template <>
inline constexpr std::string_view signal_name<credit> = "runtime.credit";
template <>
inline constexpr std::string_view signal_name<child_down> = "runtime.child_down";
template <>
inline constexpr std::string_view signal_name<persisted> = "runtime.persisted";
template <>
inline constexpr std::string_view signal_name<verified> = "runtime.verified";
template <>
inline constexpr std::string_view signal_name<signed_off> = "runtime.signed_off";

} // namespace troupe
