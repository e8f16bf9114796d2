// SPDX-License-Identifier: BSD-3-Clause
// Whether bytes from elsewhere are UTF-8 text (RFC 3629): no overlong forms, no surrogates, nothing above
// U+10FFFF.
#pragma once

#include "messages/types/bytes.hpp"

#include <string>
#include <string_view>

namespace troupe {

bool is_utf8(byte_view data);
/// Bytes of the character at the start of `rest`, 1 to 4; 0 if there is none. `rest` is not empty.
std::size_t utf8_character_size(byte_view rest);
/// The text itself if it is UTF-8, else with U+FFFD for each byte that belongs to no character.
std::string mended_utf8(std::string_view text);

} // namespace troupe
