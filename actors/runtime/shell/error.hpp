// SPDX-License-Identifier: BSD-3-Clause
// Errors at CAF's border. An enumeration becomes an error category by specialising error_domain; two
// arguments at registration, as the one-argument form does not compile in 0.17.6. In CAF 1.x only this file
// changes.
#pragma once

#include "actors/runtime/runtime_errc.hpp"
#include "messages/types/flat.hpp"
#include "messages/types/peer_id.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/atom.hpp>
#include <caf/error.hpp>

#include <optional>
#include <string>

namespace troupe {

/// `static constexpr caf::atom_value atom` (at most 10 characters) and `static std::string_view name(E)`.
template <class E>
struct error_domain;

template <>
struct error_domain<runtime_errc> {
  static constexpr caf::atom_value atom = caf::atom("runtime");
  static std::string_view name(runtime_errc code) { return name_of(code); }
};

template <>
struct error_domain<flat_errc> {
  static constexpr caf::atom_value atom = caf::atom("flat");
  static std::string_view name(flat_errc code);
};

template <class E>
caf::error error_of(E code) {
  return {static_cast<std::uint8_t>(code), error_domain<E>::atom};
}

/// Whether there is an error at all; CAF's own test for it is deprecated later.
inline bool failed(const caf::error& err) {
  return static_cast<bool>(err);
}

template <class E>
bool is(const caf::error& err, E code) {
  return failed(err) && err.category() == error_domain<E>::atom &&
         err.code() == static_cast<std::uint8_t>(code);
}

template <class E>
void add_error_domain(caf::actor_system_config& config) {
  config.add_error_category(error_domain<E>::atom,
                            [](std::uint8_t code, caf::atom_value, const caf::message&) {
                              return caf::to_string(error_domain<E>::atom) + ": " +
                                     std::string{error_domain<E>::name(static_cast<E>(code))};
                            });
}

/// A crash as the exit reason of the actor that crashed.
caf::error crash_error(const std::string& what, const peer_id& charged);

/// Why an actor ended.
struct exit_cause {
  bool abnormal = false;
  std::string text;
  std::optional<peer_id> charged;
};

exit_cause cause_of(const caf::error& reason);

} // namespace troupe
