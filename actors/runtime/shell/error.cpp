// SPDX-License-Identifier: BSD-3-Clause
#include "actors/runtime/shell/error.hpp"

#include <caf/exit_reason.hpp>
#include <caf/make_message.hpp>
#include <caf/message.hpp>
#include <caf/sec.hpp>

namespace troupe {

std::string_view error_domain<flat_errc>::name(flat_errc code) {
  switch (code) {
  case flat_errc::not_verified:
    return "not_verified";
  case flat_errc::too_long:
    return "too_long";
  case flat_errc::misaligned:
    return "misaligned";
  }
  return "unknown";
}

// Only strings go into the context: it must survive a monitor in another process.
caf::error crash_error(const std::string& what, const peer_id& charged) {
  return {static_cast<std::uint8_t>(runtime_errc::crashed), error_domain<runtime_errc>::atom,
          caf::make_message(what, std::string{as_text(charged.multihash())})};
}

exit_cause cause_of(const caf::error& reason) {
  if (!failed(reason))
    return {false, "normal", std::nullopt};
  if (reason == caf::exit_reason::user_shutdown)
    return {false, "stopped", std::nullopt};
  if (reason == caf::exit_reason::kill)
    return {true, "killed", std::nullopt};
  if (is(reason, runtime_errc::crashed) && reason.context().match_elements<std::string, std::string>())
    return {true, reason.context().get_as<std::string>(0),
            peer_id::from_multihash(as_bytes(reason.context().get_as<std::string>(1)))};
  if (reason.category() == error_domain<runtime_errc>::atom)
    return {true, std::string{name_of(static_cast<runtime_errc>(reason.code()))}, std::nullopt};
  return {true, caf::to_string(reason), std::nullopt};
}

} // namespace troupe
