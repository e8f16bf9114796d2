// SPDX-License-Identifier: BSD-3-Clause
// How errors about scenario files quote what they found, whatever bytes it has, and say what could stand
// there. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace troupe::lab {

/// In quotes, escaped, cut after 40 bytes.
std::string shown(std::string_view text);
/// The same without quotes for what needs none.
std::string shown_key(std::string_view key);
/// "the file", "[network]", "[[fault]]", "a partition".
std::string section_text(std::string_view section, std::string_view kind);
/// "did you mean x?", or all of the words.
std::string choices(std::string_view wrong, std::span<const std::string_view> words);

} // namespace troupe::lab
