// SPDX-License-Identifier: BSD-3-Clause
// What the runtime itself can answer. Numbers are final: they cross process borders on the cluster plane.
#pragma once

#include <cstdint>
#include <string_view>

namespace troupe {

enum class runtime_errc : std::uint8_t {
  restarting = 1,      ///< the actor behind this address is down and will come back; try again
  overloaded = 2,      ///< a numeric cap is reached; nothing was done
  crashed = 3,         ///< a handler threw; context: what() and the multihash of the peer charged, or ""
  escalated = 4,       ///< a supervisor's restart intensity was exceeded
  already_running = 5, ///< a child with this key exists
  unknown_child = 6,   ///< no child with this key
  stopping = 7,        ///< the supervisor is ending and starts nothing more
  not_started = 8,     ///< a child's start function threw or gave no actor
};

constexpr std::string_view name_of(runtime_errc code) {
  switch (code) {
  case runtime_errc::restarting:
    return "restarting";
  case runtime_errc::overloaded:
    return "overloaded";
  case runtime_errc::crashed:
    return "crashed";
  case runtime_errc::escalated:
    return "escalated";
  case runtime_errc::already_running:
    return "already_running";
  case runtime_errc::unknown_child:
    return "unknown_child";
  case runtime_errc::stopping:
    return "stopping";
  case runtime_errc::not_started:
    return "not_started";
  }
  return "unknown";
}

} // namespace troupe
