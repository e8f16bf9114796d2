// SPDX-License-Identifier: BSD-3-Clause
#include "node/repl/repl_command.hpp"

#include "node/repl/line_source.hpp"

#include "node/config/check_config.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace troupe::repl {
namespace {

struct entry {
  std::string_view name;
  verb what;
  bool takes_argument;
  std::string_view wrong_arity; ///< the seed's words
  std::string_view meaning;
};

constexpr entry entries[] = {
  {"add", verb::add, true, "help: add <v>", "add the number <v> to the set"},
  {"anti_entropy", verb::anti_entropy, true, "help: anti_entropy expects one argument: id:8f4e | me",
   "fetch what <id> has and this node lacks"},
  {"dbg", verb::dbg, false, "help: dbg expects no arguments", "print the state of every protocol"},
  {"help", verb::help, false, "help: help expects no arguments", "print this list"},
  {"join", verb::join, true, "help: join expects one argument: id:8f4e | me", "propose that <id> joins the voting group"},
  {"leave", verb::leave, true, "help: leave expects one argument: id:8f4e | me",
   "propose that <id> leaves the voting group"},
  {"peer", verb::peer, true, "help: peer <ip>:<port>", "connect to <ip>:<port> or a multiaddr"},
  {"peers", verb::peers, false, "help: peers expects no arguments", "list known peers and voters"},
  {"quit", verb::quit, false, "help: quit expects no arguments", "stop this node"},
  {"read", verb::read, false, "help: read expects no arguments", "print the set"},
  {"remove", verb::remove, true, "help: remove <v>", "remove the number <v> from the set"},
  {"retry", verb::retry, false, "help: retry expects no arguments", "send again what has not been acknowledged"},
  {"trust", verb::trust, true, "help: trust id:8sdkgalsd | trust me", "count <id> as a voter, on this node only"},
  {"untrust", verb::untrust, true, "help: untrust id:8f4e", "stop counting <id> as a voter, on this node only"},
};

constexpr std::string_view wait_usage =
  "help: wait peers <n> [seconds] | wait voting <n> [seconds] | wait read {1, 3} [seconds]";

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  for (const char letter : line) {
    if (letter == ' ' || letter == '\t' || letter == '\r') {
      if (!word.empty())
        words.push_back(std::exchange(word, {}));
    } else {
      word += letter;
    }
  }
  if (!word.empty())
    words.push_back(word);
  return words;
}

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || failed != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return number;
}

using outcome = expected<std::optional<command>, explained>;

outcome bad(std::string text) {
  return unexpected(explained{std::move(text)});
}

/// `{1, 3}` at the start of `text`, which is cut to what follows the brace.
std::optional<std::set<std::uint64_t>> set_in(std::string_view& text) {
  const auto close = text.find('}');
  if (!text.starts_with('{') || close == std::string_view::npos)
    return std::nullopt;
  std::string inside{text.substr(1, close - 1)};
  for (char& letter : inside)
    if (letter == ',')
      letter = ' ';
  std::set<std::uint64_t> elements;
  for (const auto& word : words_of(inside)) {
    const auto number = number_in(word);
    if (!number)
      return std::nullopt;
    elements.insert(*number);
  }
  text.remove_prefix(close + 1);
  return elements;
}

bool take_limit(command& in, const std::vector<std::string>& words, std::size_t at) {
  if (words.size() == at)
    return true;
  const auto seconds = words.size() == at + 1 ? number_in(words[at]) : std::nullopt;
  if (!seconds || *seconds > 86'400)
    return false;
  in.limit = std::chrono::seconds{*seconds};
  return true;
}

outcome parse_wait(std::string_view line, const std::vector<std::string>& words) {
  if (words.size() < 3)
    return bad(std::string{wait_usage});
  command result{};
  if (words[1] == "read") {
    auto rest = line.substr(line.find("read") + 4);
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    const auto elements = set_in(rest);
    if (!elements || !take_limit(result, words_of(rest), 0))
      return bad(std::string{wait_usage});
    result.what = verb::wait_read;
    result.elements = *elements;
    return result;
  }
  const auto count = number_in(words[2]);
  if (!count || (words[1] != "peers" && words[1] != "voting") || !take_limit(result, words, 3))
    return bad(std::string{wait_usage});
  result.what = words[1] == "peers" ? verb::wait_peers : verb::wait_voting;
  result.value = *count;
  return result;
}

outcome with_argument(const entry& known, const std::string& argument) {
  command result{};
  result.what = known.what;
  if (known.what == verb::peer) {
    const auto address = parse_peer_address(argument);
    if (!address)
      return bad(fmt::format("[REPL] bad addr {}: write ip:port or a multiaddr such as /ip4/127.0.0.1/tcp/4001", argument));
    result.address = *address;
  } else if (known.what == verb::add || known.what == verb::remove) {
    const auto number = number_in(argument);
    if (!number)
      return bad(fmt::format("[REPL] bad arg: '{}'", argument));
    result.value = *number;
  } else {
    result.argument = argument;
  }
  return result;
}

/// Short, and without bytes that a terminal would act on.
std::string shown(std::string_view word) {
  constexpr std::size_t shown_max = 64;
  std::string text{word.substr(0, shown_max)};
  for (char& letter : text)
    if (std::isprint(static_cast<unsigned char>(letter)) == 0)
      letter = '?';
  return word.size() > shown_max ? text + "..." : text;
}

} // namespace

expected<std::optional<command>, explained> parse(std::string_view line) {
  if (line.size() > line_source::line_size_max)
    return unexpected(explained{fmt::format("a line is longer than {} bytes: nothing of it was run", line_source::line_size_max)});
  const auto words = words_of(line);
  if (words.empty() || words.front().starts_with('#'))
    return std::nullopt;
  if (words.front() == "wait")
    return parse_wait(line, words);
  for (const auto& known : entries) {
    if (known.name != words.front())
      continue;
    // The seed ignores what follows retry, read and dbg; scripts written for it must run.
    const bool lenient = known.what == verb::retry || known.what == verb::read || known.what == verb::dbg;
    if (known.takes_argument ? words.size() != 2 : words.size() != 1 && !lenient)
      return bad(std::string{known.wrong_arity});
    if (known.takes_argument)
      return with_argument(known, words[1]);
    command result{};
    result.what = known.what;
    return result;
  }
  if (auto own = parse_type_command(words)) {
    return std::move(*own).map([](type_command what) {
      command result{};
      result.what = verb::of_type;
      result.own = std::move(what);
      return std::optional{std::move(result)};
    });
  }
  return bad(fmt::format("unknown command '{}': type help for the list", shown(words.front())));
}

const std::vector<std::string>& command_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const auto& known : entries)
      all.emplace_back(known.name);
    for (const auto& known : type_commands())
      all.emplace_back(known.name);
    all.emplace_back("wait");
    std::ranges::sort(all);
    return all;
  }();
  return names;
}

const std::string& help_text() {
  static const std::string text = [] {
    std::string lines;
    for (const auto& known : entries)
      lines += fmt::format("{:<14}{}\n", known.name, known.meaning);
    for (const auto& known : type_commands())
      lines += fmt::format("{:<14}{} (--type {})\n", known.name, known.meaning, known.type);
    return lines + fmt::format("{:<14}{}", "wait", "peers <n> | voting <n> | read {1, 3}, then seconds (default 10)");
  }();
  return text;
}

std::string rendered(const std::set<std::uint64_t>& elements) {
  return fmt::format("{{{}}}", fmt::join(elements, ", "));
}

} // namespace troupe::repl
