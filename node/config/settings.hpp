// SPDX-License-Identifier: BSD-3-Clause
// The one table of settings: key, type, bounds and meaning of each. The file reader, the environment reader, `troupe config show`
// and the reference page all work from it, so that a setting exists in all of them or in none.
#pragma once

#include "node/config/node_config.hpp"

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace troupe {

using setting_value = std::variant<std::string, std::vector<std::string>, std::uint64_t, bool>;

struct setting {
  using member = std::variant<std::string node_config::*, std::vector<std::string> node_config::*,
                              std::uint64_t node_config::*, bool node_config::*>;

  std::string_view key; ///< "section.name" as in the file
  std::string_view meaning;
  member field;
  std::uint64_t min = 0;
  std::uint64_t max = 0;                 ///< inclusive; numbers only
  std::vector<std::string_view> choices = {}; ///< strings only; empty = any

  /// The environment variable: "node.listen" is TROUPE_NODE_LISTEN.
  std::string variable() const;
  /// The flag of `troupe node`, as errors name it: "node.anti_entropy" is --anti-entropy; a list's flag is singular.
  std::string flag() const;
  setting_value get(const node_config& from) const;
  /// Stores the value after checking type and bounds; the error says what was expected.
  expected<void, explained> set(node_config& in, const setting_value& value) const;
  /// From one text, as a flag or variable gives it; lists are separated by commas.
  expected<void, explained> set_text(node_config& in, std::string_view text) const;
};

std::span<const setting> settings();
const setting* find_setting(std::string_view key);
/// The known key nearest to a misspelt one, for the hint; empty if none is near.
std::string_view nearest_key(std::string_view wrong);

/// "127.0.0.1:8080", `["a", "b"]`, 5, true: as TOML writes it.
std::string rendered(const setting_value& value);

} // namespace troupe
