// SPDX-License-Identifier: BSD-3-Clause
// One line typed or piped into a node, parsed: the 12 commands of seed 000 with its wording for wrong arity, plus help, quit, the
// wait commands of scripts and those of other data types. Pure. The reference is docs/protocols/repl.md.
#pragma once

#include "messages/types/expected.hpp"
#include "messages/types/multiaddr.hpp"
#include "node/repl/type_command.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::repl {

enum class verb : std::uint8_t {
  peer, peers, trust, untrust, join, leave, anti_entropy, retry, add, remove, read, dbg,
  help, quit, wait_peers, wait_voting, wait_read, of_type,
};

struct command {
  verb what;
  std::string argument;             ///< actor id of trust, untrust, join, leave, anti_entropy, as typed
  multiaddr address;                ///< of peer
  std::uint64_t value = 0;          ///< element of add and remove; count of wait peers and wait voting
  std::set<std::uint64_t> elements; ///< of wait read
  std::chrono::seconds limit{10};   ///< of the wait commands
  type_command own;                 ///< of of_type
};

/// Nothing for an empty line or a comment (#). The error is the one line to print.
expected<std::optional<command>, explained> parse(std::string_view line);

/// The names of all commands, for completion, sorted.
const std::vector<std::string>& command_names();
/// The text of `help`.
const std::string& help_text();

/// `{1, 3}`, ascending.
std::string rendered(const std::set<std::uint64_t>& elements);

} // namespace troupe::repl
