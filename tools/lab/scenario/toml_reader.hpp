// SPDX-License-Identifier: BSD-3-Clause
// The form that fills a scenario from a parsed file and collects everything wrong with it: wrong values as
// their keys come up, unknown keys when their section closes. Used by scenario_loader.cpp only.
#pragma once

#include "tools/lab/scenario/known_keys.hpp"
#include "tools/lab/scenario/scenario_form.hpp"

#include <toml++/toml.h>

#include <set>

namespace troupe::lab {

/// All node lists of a file together.
constexpr std::size_t named_nodes_max = 50'000;

struct problem {
  std::uint32_t line = 0;
  std::string text;
};

class toml_reader : public form {
public:
  explicit toml_reader(const toml::table& root);
  /// What was found wrong, by line. Closes the top level: call once, last.
  std::vector<problem> finish();

  void text(std::string_view key, std::string& value, text_rule rule, presence need) override;
  void flag(std::string_view key, bool& value) override;
  bool whole(std::string_view key, std::uint64_t& value, whole_range range) override;
  void fraction(std::string_view key, std::uint32_t& millionths) override;
  void real(std::string_view key, double& value, real_range range) override;
  bool span(std::string_view key, duration& value, span_range range, presence need) override;
  void moment(std::string_view key, std::optional<duration>& value, span_range range) override;
  bool node(std::string_view key, node_index& value, node_index limit) override;
  void nodes(std::string_view key, std::vector<node_index>& value, node_index limit) override;
  bool choice(std::string_view key, std::size_t& which, std::span<const std::string_view> words,
              presence need) override;
  void checks(std::string_view key, std::vector<check_spec>& value) override;
  std::size_t entries(std::string_view key, std::size_t size, std::size_t most) override;
  void open(std::string_view key) override;
  void open_entry(std::string_view key, std::size_t at) override;
  void close() override;
  bool given(std::string_view key) const override;
  void complain(std::string_view key, std::string what) override;

private:
  /// A table that is open.
  struct level {
    const toml::table* table = nullptr;
    std::string_view section; ///< as in known_key
    std::uint32_t line = 1;
    std::string_view kind;              ///< what it says it is, if that is known
    bool kind_unknown = false;          ///< so nothing can be said about keys that some kind takes
    std::vector<std::string_view> keys; ///< asked for: those that apply
    std::set<std::string_view> wrong;   ///< their values are
  };

  /// The value of a key, or nothing; notes that the key applies, and complains if it is missing.
  const toml::node* find(std::string_view key, presence need = presence::optional);
  /// Complains about the value and returns false.
  bool refuse(std::string_view key, const toml::node& value, std::string what);
  bool refuse_type(std::string_view key, const toml::node& value, std::string_view wanted);
  bool read_number(std::string_view key, const toml::node& value, double& into, real_range range);
  bool read_span(std::string_view key, const toml::node& value, duration& into, span_range range);
  /// One "n4"; the message about a list names the list's key.
  std::optional<node_index> read_node(std::string_view key, const toml::node& value, node_index limit);
  void unknown_key(std::string_view key, std::uint32_t line);
  std::string hint_for(std::string_view key) const;
  std::string why_not_here(std::string_view key) const;

  std::vector<level> levels_;
  std::vector<problem> problems_;
  std::size_t named_nodes_ = 0;
};

} // namespace troupe::lab
