// SPDX-License-Identifier: BSD-3-Clause
// The half of toml_reader that goes into sections and out of them, where keys nobody asked for come to light.
#include "node/config/nearest_word.hpp"
#include "tools/lab/scenario/toml_reader.hpp"
#include "tools/lab/scenario/value_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace troupe::lab {

std::size_t toml_reader::entries(std::string_view key, std::size_t, std::size_t most) {
  const auto* found = find(key);
  if (!found)
    return 0;
  const auto* list = found->as_array();
  const auto is_table = [](const toml::node& item) { return item.is_table(); };
  if (!list || !std::all_of(list->begin(), list->end(), is_table)) {
    refuse(key, *found,
           fmt::format("must be a list of tables: write {} before each",
                       section_text(levels_.back().section.empty() ? key : "network.link", {})));
    return 0;
  }
  if (list->size() > most) {
    refuse(key, *found, fmt::format("has {} entries, at most {}", list->size(), most));
    return 0;
  }
  return list->size();
}

void toml_reader::open(std::string_view key) {
  const auto* found = find(key);
  const auto* table = found ? found->as_table() : nullptr;
  if (found && !table)
    refuse(key, *found, fmt::format("must be a table: write [{}] before its keys", key));
  levels_.push_back(
    {table, key, table ? table->source().begin.line : levels_.back().line, {}, false, {}, {}});
}

void toml_reader::open_entry(std::string_view key, std::size_t at) {
  const auto& outer = levels_.back();
  const auto* table = outer.table->get(key)->as_array()->get(at)->as_table();
  const auto section = outer.section == "network" ? std::string_view{"network.link"} : key;
  levels_.push_back({table, section, table->source().begin.line, {}, false, {}, {}});
}

void toml_reader::close() {
  const auto& here = levels_.back();
  if (here.table)
    for (const auto& [key, value] : *here.table)
      if (std::find(here.keys.begin(), here.keys.end(), key.str()) == here.keys.end())
        unknown_key(key.str(), key.source().begin.line);
  levels_.pop_back();
}

bool toml_reader::given(std::string_view key) const {
  return levels_.back().table && levels_.back().table->contains(key);
}

void toml_reader::complain(std::string_view key, std::string what) {
  const auto& here = levels_.back();
  if (here.wrong.contains(key))
    return;
  const auto* value = here.table ? here.table->get(key) : nullptr;
  problems_.push_back({value ? value->source().begin.line : here.line, std::move(what)});
}

void toml_reader::unknown_key(std::string_view key, std::uint32_t line) {
  const auto& here = levels_.back();
  const auto known_here = std::any_of(known_keys().begin(), known_keys().end(), [&](const known_key& each) {
    return each.section == here.section && each.key == key;
  });
  if (known_here && !here.kind_unknown)
    problems_.push_back({line, fmt::format("{} does not apply to {}: {}", key,
                                           section_text(here.section, here.kind), why_not_here(key))});
  else if (!known_here)
    problems_.push_back({line, fmt::format("unknown key {} in {}: {}", shown_key(key),
                                           section_text(here.section, here.kind), hint_for(key))});
}

std::string toml_reader::why_not_here(std::string_view key) const {
  const auto& here = levels_.back();
  if (here.section.empty())
    return "it needs expect = \"fail\"";
  std::vector<std::string_view> kinds;
  for (const auto& each : known_keys())
    if (each.section == here.section && each.key == key)
      kinds.push_back(each.kind);
  if (std::find(kinds.begin(), kinds.end(), here.kind) != kinds.end())
    return "it needs every";
  return fmt::format("only to {}", fmt::join(kinds, ", "));
}

std::string toml_reader::hint_for(std::string_view key) const {
  const auto& here = levels_.back();
  std::vector<std::string_view> candidates = here.keys;
  if (here.kind_unknown)
    for (const auto& each : known_keys())
      if (each.section == here.section &&
          std::find(candidates.begin(), candidates.end(), each.key) == candidates.end())
        candidates.push_back(each.key);
  const auto elsewhere = std::find_if(known_keys().begin(), known_keys().end(),
                                      [&](const known_key& each) { return each.key == key; });
  if (elsewhere != known_keys().end())
    return fmt::format("it belongs to {}", section_text(elsewhere->section, elsewhere->kind));
  const auto near = nearest_word(key, candidates);
  if (!near.empty())
    return fmt::format("did you mean {}?", near);
  return fmt::format("known are {}", fmt::join(candidates, ", "));
}

} // namespace troupe::lab
