// SPDX-License-Identifier: BSD-3-Clause
#include "tools/lab/scenario/toml_reader.hpp"

#include "node/config/nearest_word.hpp"
#include "tools/lab/check/check_groups.hpp"
#include "tools/lab/scenario/duration_text.hpp"
#include "tools/lab/scenario/value_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace troupe::lab {
namespace {

constexpr std::size_t full_stops_max = 32; // of a text: see dotted_max of scenario_loader.cpp

std::string_view type_of(const toml::node& value) {
  switch (value.type()) {
  case toml::node_type::string:
    return "a text";
  case toml::node_type::integer:
    return "a whole number";
  case toml::node_type::floating_point:
    return "a number with a fraction";
  case toml::node_type::boolean:
    return "true or false";
  case toml::node_type::array:
    return "a list";
  case toml::node_type::table:
    return "a table";
  default:
    return "a date or time";
  }
}

bool names_a_file(std::string_view text) {
  return !text.empty() && text.front() != '.' && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

} // namespace

toml_reader::toml_reader(const toml::table& root) {
  levels_.push_back({&root, "", 1, {}, false, {}, {}});
}

std::vector<problem> toml_reader::finish() {
  close();
  std::stable_sort(problems_.begin(), problems_.end(),
                   [](const problem& a, const problem& b) { return a.line < b.line; });
  return std::move(problems_);
}

const toml::node* toml_reader::find(std::string_view key, presence need) {
  auto& here = levels_.back();
  here.keys.push_back(key);
  const auto* value = here.table ? here.table->get(key) : nullptr;
  if (!value && need == presence::required)
    problems_.push_back(
      {here.line, fmt::format("no {}: {} needs one", key, section_text(here.section, here.kind))});
  return value;
}

bool toml_reader::refuse(std::string_view key, const toml::node& value, std::string what) {
  levels_.back().wrong.insert(key);
  problems_.push_back({value.source().begin.line, fmt::format("{} {}", key, what)});
  return false;
}

bool toml_reader::refuse_type(std::string_view key, const toml::node& value, std::string_view wanted) {
  return refuse(key, value, fmt::format("is {}, but must be {}", type_of(value), wanted));
}

void toml_reader::text(std::string_view key, std::string& value, text_rule rule, presence need) {
  const auto* found = find(key, need);
  if (!found)
    return;
  const auto* given = found->as_string();
  if (!given) {
    refuse_type(key, *found, "a text in quotes");
    return;
  }
  const auto& text = given->get();
  if (need == presence::required && text.empty())
    refuse(key, *found, "is empty");
  else if (text.size() > rule.bytes_max)
    refuse(key, *found, fmt::format("has {} bytes, at most {}", text.size(), rule.bytes_max));
  else if (rule.names_files && !names_a_file(text))
    refuse(
      key, *found,
      fmt::format(
        "{} cannot name a folder of results: use letters, digits, '-', '_' and '.', which is not the first",
        shown(text)));
  else if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
    refuse(key, *found, "has more than one line, or control characters: write it in one");
  else if (std::count(text.begin(), text.end(), '.') > static_cast<std::ptrdiff_t>(full_stops_max))
    refuse(key, *found, fmt::format("has more than {} full stops", full_stops_max));
  else
    value = text;
}

void toml_reader::flag(std::string_view key, bool& value) {
  const auto* found = find(key);
  if (!found)
    return;
  if (const auto* given = found->as_boolean())
    value = given->get();
  else
    refuse_type(key, *found, "true or false");
}

bool toml_reader::whole(std::string_view key, std::uint64_t& value, whole_range range) {
  const auto* found = find(key);
  if (!found)
    return true;
  const auto* given = found->as_integer();
  if (!given)
    return refuse_type(key, *found, fmt::format("a whole number from {} to {}", range.min, range.max));
  const auto number = given->get();
  if (number < 0 || static_cast<std::uint64_t>(number) < range.min ||
      static_cast<std::uint64_t>(number) > range.max)
    return refuse(key, *found, fmt::format("is {}, but must be from {} to {}", number, range.min, range.max));
  value = static_cast<std::uint64_t>(number);
  return true;
}

bool toml_reader::read_number(std::string_view key, const toml::node& value, double& into, real_range range) {
  const auto number = value.value<double>();
  if (!number || !value.is_number())
    return refuse_type(key, value, fmt::format("a number from {} to {}", range.min, range.max));
  if (!std::isfinite(*number) || *number < range.min || *number > range.max)
    return refuse(key, value, fmt::format("is {}, but must be from {} to {}", *number, range.min, range.max));
  into = *number;
  return true;
}

void toml_reader::fraction(std::string_view key, std::uint32_t& millionths) {
  const auto* found = find(key);
  double number = 0;
  if (!found || !read_number(key, *found, number, {0, 1}))
    return;
  const auto rounded = static_cast<std::uint32_t>(std::llround(number * 1e6));
  if (rounded == 0 && number > 0)
    refuse(key, *found,
           fmt::format("is {}: fractions are counted in millionths, so at least 0.000001", number));
  else
    millionths = rounded;
}

void toml_reader::real(std::string_view key, double& value, real_range range) {
  if (const auto* found = find(key))
    read_number(key, *found, value, range);
}

bool toml_reader::read_span(std::string_view key, const toml::node& value, duration& into, span_range range) {
  const auto* given = value.as_string();
  if (!given)
    return refuse_type(key, value, "a time with a unit in quotes, as in \"20s\"");
  const auto parsed = parse_duration(given->get());
  if (!parsed)
    return refuse(key, value, fmt::format("{} {}", shown(given->get()), parsed.error().text));
  if (*parsed < range.min || *parsed > range.max)
    return refuse(key, value,
                  fmt::format("is {}, but must be from {} to {}", exact_text(*parsed), exact_text(range.min),
                              exact_text(range.max)));
  into = *parsed;
  return true;
}

bool toml_reader::span(std::string_view key, duration& value, span_range range, presence need) {
  const auto* found = find(key, need);
  return found ? read_span(key, *found, value, range) : need == presence::optional;
}

void toml_reader::moment(std::string_view key, std::optional<duration>& value, span_range range) {
  duration read{};
  if (const auto* found = find(key); found && read_span(key, *found, read, range))
    value = read;
}

std::optional<node_index> toml_reader::read_node(std::string_view key, const toml::node& value,
                                                 node_index limit) {
  const auto* given = value.as_string();
  if (!given) {
    refuse_type(key, value, "the name of a node in quotes, as in \"n1\"");
    return std::nullopt;
  }
  const std::string_view name = given->get();
  node_index number = 0;
  const auto* end = name.data() + name.size();
  const bool shaped = name.size() > 1 && name[0] == 'n' && name[1] != '0' &&
                      std::from_chars(name.data() + 1, end, number).ptr == end;
  if (!shaped || number == 0 || number > limit) {
    refuse(key, value, fmt::format("{} is no node: they are n1 to n{}", shown(name), limit));
    return std::nullopt;
  }
  return number - 1;
}

bool toml_reader::node(std::string_view key, node_index& value, node_index limit) {
  const auto* found = find(key, presence::required);
  const auto read = found ? read_node(key, *found, limit) : std::nullopt;
  value = read.value_or(value);
  return read.has_value();
}

void toml_reader::nodes(std::string_view key, std::vector<node_index>& value, node_index limit) {
  const auto* found = find(key);
  if (!found)
    return;
  const auto* list = found->as_array();
  if (!list) {
    refuse_type(key, *found, "a list of nodes, as in [\"n1\", \"n2\"]");
    return;
  }
  named_nodes_ += list->size();
  if (named_nodes_ > named_nodes_max) {
    refuse(key, *found,
           fmt::format("names too many nodes: a file may name {} in all its lists", named_nodes_max));
    return;
  }
  value.clear();
  std::set<node_index> seen;
  for (const auto& item : *list) {
    const auto read = read_node(key, item, limit);
    if (read && !seen.insert(*read).second)
      refuse(key, item, fmt::format("has {} twice", node_name(*read)));
    else if (read)
      value.push_back(*read);
  }
}

bool toml_reader::choice(std::string_view key, std::size_t& which, std::span<const std::string_view> words,
                         presence need) {
  auto& here = levels_.back();
  const auto* found = find(key, need);
  const auto* given = found ? found->as_string() : nullptr;
  const auto word = given ? std::find(words.begin(), words.end(), given->get()) : words.end();
  if (found && !given)
    refuse_type(key, *found, fmt::format("one of {}", fmt::join(words, ", ")));
  else if (given && word == words.end())
    refuse(key, *found, fmt::format("{} is unknown: {}", shown(given->get()), choices(given->get(), words)));
  const bool right = found ? word != words.end() : need == presence::optional;
  if (word != words.end())
    which = static_cast<std::size_t>(word - words.begin());
  if (key == "kind")
    (right ? here.kind = words[which] : here.kind, here.kind_unknown = !right);
  return right;
}

void toml_reader::checks(std::string_view key, std::vector<check_spec>& value) {
  const auto* found = find(key);
  const auto* list = found ? found->as_array() : nullptr;
  if (found && !list)
    refuse_type(key, *found, "a list of checks, as in [\"safety\", \"liveness\"]");
  else if (!list || list->empty())
    complain(
      key, fmt::format("no {}: a scenario without them passes whatever happens; write checks = [\"all\"], or "
                       "some of {}",
                       key, fmt::join(check_words(), ", ")));
  if (!list)
    return;
  value.clear();
  for (const auto& item : *list) {
    const auto* word = item.as_string();
    const auto meant = word ? checks_meant(word->get()) : std::vector<std::string_view>{};
    if (!word)
      refuse_type(key, item, "a list of names of checks");
    else if (meant.empty())
      refuse(key, item,
             fmt::format("{} is no check: {}", shown(word->get()), choices(word->get(), check_words())));
    for (const auto name : meant)
      if (std::none_of(value.begin(), value.end(), [&](const check_spec& each) { return each.name == name; }))
        value.push_back({std::string{name}});
  }
}

} // namespace troupe::lab
