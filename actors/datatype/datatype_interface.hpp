// SPDX-License-Identifier: BSD-3-Clause
// The typed handle of the replicated data type, the signals that go with it, and how it is started.
#pragma once

#include "actors/brb/operations.hpp"
#include "actors/brb/source_window.hpp"
#include "actors/datatype/data_types.hpp"
#include "actors/runtime/node_context.hpp"
#include "actors/runtime/shell/typed.hpp"

#include <functional>
#include <set>

namespace troupe::datatype {

/// The answer to a question of a user; by default all of it.
struct read_value {
  command question;
};
struct value_read {
  expected<std::string, std::string> text; ///< one line, e.g. "{1, 3}"; the error is a name
  std::set<std::uint64_t> values;          ///< of a set: all of it
};
/// Forget everything, take the saved state if there is one, and apply these: broadcast starts anew and tells
/// what it remembers.
struct reset_data {
  std::shared_ptr<const bytes> saved;
  std::vector<brb::certificate_ptr> delivered;
  std::string unreadable; ///< not empty: there is no value, and readers hear this name
};
struct apply_operation {
  brb::certificate_ptr what;
};

} // namespace troupe::datatype

template <>
inline constexpr std::string_view troupe::signal_name<troupe::datatype::read_value> = "datatype.read_value";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::datatype::value_read> = "datatype.value_read";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::datatype::reset_data> = "datatype.reset_data";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::datatype::apply_operation> =
  "datatype.apply_operation";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::validated> = "datatype.validated";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::brb::prepared> = "datatype.prepared";

namespace troupe::datatype {

using validation_taker = handle<takes<brb::validated>>;
using preparation_taker = handle<takes<brb::prepared>>;

struct validate_operation {
  peer_id source;
  brb::source_window::validate what;
  validation_taker who;
};
struct prepare_operation {
  brb::operations::prepare what;
  preparation_taker who;
};

} // namespace troupe::datatype

template <>
inline constexpr std::string_view troupe::signal_name<troupe::datatype::validate_operation> =
  "datatype.validate_operation";
template <>
inline constexpr std::string_view troupe::signal_name<troupe::datatype::prepare_operation> =
  "datatype.prepare_operation";

namespace troupe::datatype {

using datatype_handle = handle<takes<validate_operation>, takes<prepare_operation>, takes<apply_operation>,
                               takes<reset_data>, answers<value_read, read_value>>;

using messages = message_list<read_value, value_read, reset_data, apply_operation, brb::validated,
                              brb::prepared, validate_operation, prepare_operation>;

/// `changed` is called after the value may have changed; may be null.
datatype_handle spawn_data_type(caf::actor_system& system, node_context context, known_data_type type,
                                const peer_id& self, std::function<void()> changed = {});

} // namespace troupe::datatype
