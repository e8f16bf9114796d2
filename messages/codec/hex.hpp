// SPDX-License-Identifier: BSD-3-Clause
// Hexadecimal text, lower case out, both cases in.
#pragma once

#include "messages/types/bytes.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace troupe {

std::string to_hex(byte_view data);
/// Nothing if a character is no hexadecimal digit or their number is odd.
std::optional<bytes> from_hex(std::string_view text);

} // namespace troupe
