// SPDX-License-Identifier: BSD-3-Clause
#include "node/repl/type_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace troupe::repl {
namespace {

constexpr auto none = static_cast<std::size_t>(-1);

constexpr type_command_entry entries[] = {
  {"balance", "at2", "print all balances, or that of <id>", "help: balance | balance id:8f4e | balance me",
   true, 0, 1, none, 0},
  {"get", "register", "print the value", "help: get expects no arguments", true, 0, 0, none, none},
  {"move", "tree", "put <child> below <parent>, with a word beside it",
   "help: move <child> <parent> [<meta>]", false, 2, 3, none, none},
  {"open", "at2", "open this node's account with a balance", "help: open <balance>", false, 1, 1, 0, none},
  {"set", "register", "set the value", "help: set <value>", false, 1, 1, none, none},
  {"show", "tree", "print the tree", "help: show expects no arguments", true, 0, 0, none, none},
  {"transfer", "at2", "transfer from this node's account to that of <id>", "help: transfer id:8f4e <amount>",
   false, 2, 2, 1, 0},
};

bool is_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failed == std::errc{} && end == text.data() + text.size();
}

} // namespace

std::span<const type_command_entry> type_commands() {
  return entries;
}

std::optional<expected<type_command, explained>> parse_type_command(const std::vector<std::string>& words) {
  const auto* const known = std::ranges::find(entries, words.front(), &type_command_entry::name);
  if (known == std::end(entries))
    return std::nullopt;
  const auto bad = [](std::string text) {
    return expected<type_command, explained>{unexpected(explained{std::move(text)})};
  };
  const auto count = words.size() - 1;
  if (count < known->least || count > known->most)
    return bad(std::string{known->wrong_arity});
  if (known->number_at < count && !is_number(words[1 + known->number_at]))
    return bad(fmt::format("[REPL] bad arg: '{}'", words[1 + known->number_at]));
  type_command result;
  result.type = known->type;
  result.asks = known->asks;
  result.what = {words.front(), {words.begin() + 1, words.end()}};
  if (known->id_at < count)
    result.id_at = known->id_at;
  return result;
}

std::string of_another_type(std::string_view name, std::string_view type, std::string_view own) {
  return fmt::format("[REPL] {} is a command of --type {}, and this node runs --type {}", name, type, own);
}

} // namespace troupe::repl
