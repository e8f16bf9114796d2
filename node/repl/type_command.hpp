// SPDX-License-Identifier: BSD-3-Clause
// The commands that only one data type has, besides those of seed 000: which they are, of which --type, and
// what they take. Pure. The reference is docs/protocols/repl.md.
#pragma once

#include "actors/datatype/data_type.hpp"
#include "messages/types/expected.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace troupe::repl {

struct type_command {
  std::string_view type;            ///< the --type that has it
  bool asks = false;                ///< it only reads
  troupe::command what;             ///< ids as typed
  std::optional<std::size_t> id_at; ///< which argument is an actor id
};

struct type_command_entry {
  std::string_view name;
  std::string_view type;
  std::string_view meaning;
  std::string_view wrong_arity; ///< what to print then
  bool asks;
  std::size_t least;     ///< arguments
  std::size_t most;      ///< arguments
  std::size_t number_at; ///< which of them is a number
  std::size_t id_at;     ///< which of them is an actor id
};
std::span<const type_command_entry> type_commands(); ///< by name

/// Nothing if no data type has a command of this name. The error is the one line to print.
std::optional<expected<type_command, explained>> parse_type_command(const std::vector<std::string>& words);

/// `[REPL] open is a command of --type at2, and this node runs --type orswot`.
std::string of_another_type(std::string_view name, std::string_view type, std::string_view own);

} // namespace troupe::repl
