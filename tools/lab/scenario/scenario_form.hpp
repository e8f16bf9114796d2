// SPDX-License-Identifier: BSD-3-Clause
// The seam between what a scenario file holds (the describe functions of *_fields.hpp, the one list of keys,
// ranges and rules) and what is done with it: read from TOML, written as TOML, or listed. A form walks the
// scenario and is told every key in the order of the file.
#pragma once

#include "tools/lab/scenario/scenario.hpp"

#include <concepts>
#include <span>
#include <string_view>

namespace troupe::lab {

enum class presence : std::uint8_t { optional, required };

/// Inclusive on both ends.
struct whole_range {
  std::uint64_t min = 0;
  std::uint64_t max = 0;
};
struct real_range {
  double min = 0;
  double max = 0;
};
struct span_range {
  duration min{};
  duration max{};
};
struct text_rule {
  std::size_t bytes_max = 0;
  bool names_files = false; ///< letters, digits, '.', '_' and '-' only
};

class form {
public:
  virtual ~form() = default;

  virtual void text(std::string_view key, std::string& value, text_rule rule, presence need) = 0;
  virtual void flag(std::string_view key, bool& value) = 0;
  /// False if the file's value is wrong; the variable is untouched then, as by all of these.
  virtual bool whole(std::string_view key, std::uint64_t& value, whole_range range) = 0;
  virtual void fraction(std::string_view key, std::uint32_t& millionths) = 0;
  virtual void real(std::string_view key, double& value, real_range range) = 0;
  virtual bool span(std::string_view key, duration& value, span_range range, presence need) = 0;
  virtual void moment(std::string_view key, std::optional<duration>& value, span_range range) = 0;
  /// A node below `limit`; false if the file has none.
  virtual bool node(std::string_view key, node_index& value, node_index limit) = 0;
  /// Different ones, all below `limit`.
  virtual void nodes(std::string_view key, std::vector<node_index>& value, node_index limit) = 0;
  /// One word of several; false if the file has none of them.
  virtual bool choice(std::string_view key, std::size_t& which, std::span<const std::string_view> words,
                      presence need) = 0;
  virtual void checks(std::string_view key, std::vector<check_spec>& value) = 0;

  /// How many entries the list of tables has or shall have; `size` unless the file says otherwise.
  virtual std::size_t entries(std::string_view key, std::size_t size, std::size_t most) = 0;
  /// Goes into a section, or the entry of a list of that many. The file may lack a section.
  virtual void open(std::string_view key) = 0;
  virtual void open_entry(std::string_view key, std::size_t at) = 0;
  virtual void close() = 0;

  /// Whether the file has the key, right or wrong.
  virtual bool given(std::string_view key) const = 0;
  /// What is wrong beyond one value; with the line of the key, or of the section if the key is not given.
  /// Nothing if that value was already found wrong.
  virtual void complain(std::string_view key, std::string what) = 0;

  template <std::unsigned_integral Number>
  bool number(std::string_view key, Number& value, whole_range range) {
    std::uint64_t wide = value;
    const bool right = whole(key, wide, range);
    value = static_cast<Number>(wide);
    return right;
  }

  /// An enumeration whose values are the places of its words.
  template <class Enum>
  bool word(std::string_view key, Enum& value, std::span<const std::string_view> words, presence need) {
    auto which = static_cast<std::size_t>(value);
    const bool right = choice(key, which, words, need);
    value = static_cast<Enum>(which);
    return right;
  }
};

/// A list of tables, each entry described by `inside(entry, place)`; new entries are copies of `fresh`.
template <class Entry, class Inside>
void describe_list(form& on, std::string_view key, std::vector<Entry>& list, std::size_t most,
                   const Entry& fresh, Inside inside) {
  list.resize(on.entries(key, list.size(), most), fresh);
  for (std::size_t i = 0; i < list.size(); ++i) {
    on.open_entry(key, i);
    inside(list[i]);
    on.close();
  }
}

} // namespace troupe::lab
